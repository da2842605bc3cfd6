import { createHash } from 'node:crypto'
import type { Express, NextFunction, Request, RequestHandler, Response } from 'express'
import express from 'express'
import { mayAnywhere, mayOverall } from '../model/rights.ts'
import { type Access, tokenRequired } from './access.ts'
import { actorOf } from './actor.ts'
import type { ClientAddresses } from './client-address.ts'
import { errandToken } from './cookies.ts'
import { Problem, pathOf } from './problem.ts'
import type { Answer, Route } from './route.ts'
import { sameOrigin } from './same-origin.ts'

/** Bodies are bounded on every route, also where nobody reads them. */
const BODY_LIMIT_BYTES = 100_000

/** Puts the routes on the server: for each path its methods, then `OPTIONS`, then 405 for any other. */
export function mountRoutes(app: Express, routes: readonly Route[], access: Access, clients: ClientAddresses): void {
  const byPath = Map.groupBy(routes, route => route.facts.path)
  for (const [path, onPath] of byPath) {
    const mounted = app.route(path.replace(/\{([^}]+)\}/g, ':$1'))
    for (const one of onPath) mounted[one.facts.method](...handlers(one, access, clients))
    mounted.all(otherMethod(onPath))
  }
}

function handlers(route: Route, access: Access, clients: ClientAddresses): RequestHandler[] {
  const answer = async (request: Request, response: Response): Promise<void> => {
    const asker = allowed(route, access, request)
    const secure = clients.isSecure(request)
    const errand = errandToken(request.headers.cookie, secure)
    const call = { address: clients.addressOf(request), agent: request.headers['user-agent'] ?? '', secure, errand }
    const raw = {
      params: textParams(request),
      query: queryOf(request),
      headers: request.headers,
      body: bodyOf(request),
      asker,
      actor: actorOf(asker, call.address),
      call,
    }
    await send(request, response, route, await route.answer(raw))
  }
  const { method, upload } = route.facts
  if (method === 'get' || method === 'delete') return [refuseBody, answer]
  // Inflating is off: a small body must not become a large one.
  const raw = express.raw({ type: () => true, limit: upload?.mostBytes ?? BODY_LIMIT_BYTES, inflate: false })
  return upload === undefined ? [raw, answer] : [fileGuard(route, access), raw, answer]
}

/** Before a file is taken into memory: whether it will be read at all, and whether another one is there already. */
function fileGuard(route: Route, access: Access): RequestHandler {
  let taken = false
  return (request, response, next) => {
    allowed(route, access, request)
    if (taken) throw new Problem(503, 'BUSY', 'Another file is being taken in; try again once it is through.', { headers: { 'Retry-After': '5' } })
    taken = true
    const free = (): void => {
      taken = false
    }
    // Told everything, or gone.
    response.once('finish', free)
    response.once('close', free)
    next()
  }
}

/** Who asks, if the route is for them. */
function allowed(route: Route, access: Access, request: Request): ReturnType<Access['judge']> {
  const asker = access.judge(request)
  if (route.facts.method !== 'get' && !sameOrigin(request)) {
    throw new Problem(403, 'CROSS_ORIGIN', 'A page of another site may not ask for this.')
  }
  const { for: right, overall } = route.facts
  if (right === 'everybody') return asker
  if (asker.type === 'nobody') throw tokenRequired()
  if (right === 'signed-in') {
    if (asker.type === 'person') return asker
    throw new Problem(403, 'FORBIDDEN', 'This is for people who are signed in.')
  }
  if (overall ? mayOverall(asker, right) : mayAnywhere(asker, right)) return asker
  const over = overall ? ' over every organisation' : ''
  throw new Problem(403, 'FORBIDDEN', `This takes the right to ${right}${over}, which ${asker.type === 'token' ? 'this token does' : 'you do'} not have.`, {
    headers: asker.type === 'token' ? { 'WWW-Authenticate': 'Bearer realm="citygate", error="insufficient_scope"' } : {},
  })
}

async function send(request: Request, response: Response, route: Route, answer: Answer<unknown>): Promise<void> {
  response.status(answer.status)
  response.set('Content-Type', answer.mediaType ?? route.facts.mediaType ?? 'application/json')
  response.set('Vary', 'Authorization, Cookie')
  response.set('Cache-Control', route.facts.caching === 'revalidate' ? 'private, no-cache' : 'no-store')
  for (const [name, value] of Object.entries(answer.headers)) response.set(name, typeof value === 'string' ? value : [...value])
  if (answer.text !== undefined && typeof answer.text !== 'string') {
    await sendPieces(response, answer.text)
    return
  }
  const body = answer.text ?? JSON.stringify(answer.body)
  if (route.facts.caching === 'revalidate') {
    response.set('ETag', `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`)
  } else {
    // Kept from answering 304 to a stray If-None-Match: `*` matches anything.
    delete request.headers['if-none-match']
    delete request.headers['if-modified-since']
  }
  response.send(body)
}

/** Writes no faster than the other side reads, and stops making pieces when it goes away. */
async function sendPieces(response: Response, pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
  let wake = (): void => undefined
  // One listener each for all pieces, and before the first: compression hands `drain` listeners on to its own stream.
  response.on('drain', () => wake())
  response.on('close', () => wake())
  for await (const piece of pieces) {
    if (response.closed) return
    const { promise, resolve } = Promise.withResolvers<void>()
    wake = resolve
    if (!response.write(piece)) await promise
  }
  response.end()
}

/** The body as it came; there is none where `express.raw` read nothing. */
function bodyOf(request: Request): Uint8Array | undefined {
  const body: unknown = request.body
  return body instanceof Uint8Array ? body : undefined
}

function textParams(request: Request): Record<string, string> {
  const params: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.params)) if (typeof value === 'string') params[name] = value
  return params
}

function queryOf(request: Request): URLSearchParams {
  return new URLSearchParams(request.originalUrl.slice(pathOf(request.originalUrl).length))
}

/** RFC 9110 § 9.3.1, § 9.3.5: content in a GET or DELETE has no meaning, and may be an attempt at request smuggling. The connection is closed: what follows was not read. */
function refuseBody(request: Request, _response: Response, next: NextFunction): void {
  const length = request.headers['content-length']
  if (request.headers['transfer-encoding'] === undefined && (length === undefined || length === '0')) {
    next()
    return
  }
  throw new Problem(400, 'REQUEST_MALFORMED', `${request.method} takes no body.`, { headers: { Connection: 'close' } })
}

function otherMethod(onPath: readonly Route[]): RequestHandler {
  const methods = new Set(onPath.flatMap(route => (route.facts.method === 'get' ? ['GET', 'HEAD'] : [route.facts.method.toUpperCase()])))
  const allow = [...methods, 'OPTIONS'].join(', ')
  return (request, response) => {
    if (request.method !== 'OPTIONS') {
      throw new Problem(405, 'METHOD_NOT_ALLOWED', `${request.method} is not possible here; ${allow} are.`, { headers: { Allow: allow } })
    }
    response.set('Allow', allow).status(204).end()
  }
}
