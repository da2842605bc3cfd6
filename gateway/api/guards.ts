import type { RequestHandler } from 'express'
import type { Log } from '../model/log.ts'
import { Problem, pathOf } from './problem.ts'

const LONGEST_TARGET = 8000

/** Refuses what no route could read: a target too long, or with broken percent-encoding. */
export function readableTarget(): RequestHandler {
  return (request, _response, next) => {
    if (request.originalUrl.length > LONGEST_TARGET) throw new Problem(414, 'URI_TOO_LONG', `The address is longer than ${LONGEST_TARGET} characters.`)
    try {
      decodeURIComponent(request.originalUrl)
    } catch {
      throw new Problem(400, 'REQUEST_MALFORMED', 'The address has broken percent-encoding: a percent sign itself is written %25.')
    }
    next()
  }
}

/** Bounds how many requests are answered at a time. Health is let through: it is asked when there is trouble. */
export function boundedConcurrency(most: number): RequestHandler {
  let underWay = 0
  return (request, response, next) => {
    if (request.path === '/api/v1/health') {
      next()
      return
    }
    if (underWay >= most) throw new Problem(503, 'BUSY', 'Too many requests at a time; try again in a moment.', { headers: { 'Retry-After': '1' } })
    underWay += 1
    response.once('close', () => {
      underWay -= 1
    })
    next()
  }
}

/** Logs every answered request. The query stays out: someone may have put a secret there. */
export function requestLog(log: Log, now: () => number): RequestHandler {
  return (request, response, next) => {
    const startedAt = now()
    response.once('close', () => {
      const { method, originalUrl } = request
      log.debug({ method, path: pathOf(originalUrl).slice(0, 256), status: response.statusCode, ms: now() - startedAt }, 'request answered')
    })
    next()
  }
}
