import compression from 'compression'
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express'
import type { Log } from '../model/log.ts'
import { Access } from './access.ts'
import { dashboard } from './dashboard.ts'
import { mountDocsPage } from './docs-page.ts'
import { boundedConcurrency, readableTarget, requestLog } from './guards.ts'
import { mapFiles } from './map-files.ts'
import { mountRoutes } from './mount.ts'
import type { HttpServerOptions } from './options.ts'
import { PROBLEM_MEDIA_TYPE, Problem, problemBody } from './problem.ts'
import { problemOf } from './problem-of.ts'
import { apiRoutes } from './routes.ts'
import { securityHeaders, strictTransport } from './security-headers.ts'

/** Requests answered at a time. Each holds little; the bound keeps a flood of slow ones from taking the memory the broker needs. */
const MOST_AT_A_TIME = 256

/** The web application. Read top to bottom: this is the order in which a request meets its parts. */
export function buildApp(options: HttpServerOptions): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('query parser', false)
  app.set('case sensitive routing', true)
  app.set('trust proxy', false)
  app.use(requestLog(options.log, options.now))
  app.use(securityHeaders(options.mapSettings))
  app.use(strictTransport(options.clients))
  app.use(readableTarget())
  app.use(options.pace.guard(request => options.clients.addressOf(request)))
  app.use(boundedConcurrency(MOST_AT_A_TIME))
  app.use(compression({ filter: worthCompressing }))
  mountRoutes(
    app,
    apiRoutes(options),
    new Access({
      mode: options.access,
      authenticator: options.authenticator,
      ...(options.signIn && { people: options.signIn.people }),
      clients: options.clients,
    }),
    options.clients,
  )
  mountDocsPage(app)
  app.use('/mqtt', request => {
    const upgradeTo = { Upgrade: 'websocket', Connection: 'Upgrade' }
    throw request.path === '/' ? new Problem(426, 'UPGRADE_REQUIRED', 'MQTT over WebSocket is spoken here.', { headers: upgradeTo }) : notFound()
  })
  app.use('/maps', ...mapFiles(options.mapSettings.folder), () => {
    throw notFound()
  })
  app.use(...dashboard(options.dashboardFolder))
  app.use(() => {
    throw notFound()
  })
  app.use(errorAnswer(options.log))
  return app
}

/** Tracks are columns of small differences: protobuf of them still halves, which the list of media types in `compressible` does not know. */
function worthCompressing(request: Request, response: Response): boolean {
  return String(response.getHeader('Content-Type')).startsWith('application/x-protobuf') || compression.filter(request, response)
}

function notFound(): Problem {
  return new Problem(404, 'NOT_FOUND', 'There is nothing at this address; /api/v1/docs describes what there is.')
}

function errorAnswer(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response: Response, _next) => {
    const problem = problemOf(error)
    logFailure(log, problem, { method: request.method, path: request.path.slice(0, 256) })
    if (response.headersSent) {
      // The answer is half out: only the end of the connection tells that it is not whole.
      response.destroy()
      return
    }
    for (const name of ['ETag', 'Last-Modified', 'Content-Disposition', 'Link']) response.removeHeader(name)
    response.status(problem.status).set({ 'Cache-Control': 'no-store', ...problem.headers })
    response.type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(problemBody(problem, request.originalUrl)))
  }
}

/**
 * A fault of ours is an error; a part behind the API that is away, a warning without its stack: during an outage every open chart asks again and again.
 * A flood that is turned away must not become a flood of log lines.
 */
function logFailure(log: Log, problem: Problem, request: object): void {
  const fields = { ...request, code: problem.code }
  const { cause } = problem
  if (problem.code === 'INTERNAL') log.error({ ...fields, err: cause ?? problem }, 'request failed')
  else if (problem.status >= 500 && problem.code !== 'BUSY')
    log.warn({ ...fields, why: cause instanceof Error ? cause.message : problem.message }, 'request failed')
}
