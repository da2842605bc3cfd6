import type { z } from 'zod'
import type { Actor } from '../model/audit.ts'
import type { Right } from '../model/rights.ts'
import type { Asker } from './access.ts'
import type { FieldProblem } from './problem.ts'
import { Problem } from './problem.ts'
import { schemaWords } from './schema-words.ts'

/** What a handler gets: parameters as their schemas made them, and who asks. */
export interface RouteRequest<P, Q, B, H> {
  readonly params: P
  readonly query: Q
  readonly body: B
  /** The file that was sent; empty where the route takes none. */
  readonly file: Uint8Array
  readonly headers: H
  readonly asker: Asker
  /** The same as the audit names them. */
  readonly actor: Actor
  readonly call: Call
}

/** How a request came. */
export interface Call {
  /** Where from, behind trusted proxies too; empty once the connection is gone. */
  readonly address: string
  /** The program that asks, as it calls itself. */
  readonly agent: string
  /** Over TLS: here, or at a trusted proxy. */
  readonly secure: boolean
  /** What names the browser's errand at a provider, if it has one. */
  readonly errand: string | undefined
}

/** An answer that is not the plain 200 with JSON. */
export class Answer<T> {
  readonly body: T | undefined
  readonly text: string | AsyncIterable<string | Uint8Array> | undefined
  readonly status: number
  readonly mediaType: string | undefined
  readonly headers: AnswerHeaders

  private constructor(body: T | undefined, text: Answer<T>['text'], more: AnswerMore) {
    this.body = body
    this.text = text
    this.status = more.status ?? 200
    this.mediaType = more.mediaType
    this.headers = more.headers ?? {}
  }

  static json<T>(body: T, more: AnswerMore = {}): Answer<T> {
    return new Answer<T>(body, undefined, more)
  }

  /** A text, or a long one in pieces, JSON among them. */
  static text(text: string | AsyncIterable<string>, more: AnswerMore & { readonly mediaType: string }): Answer<never> {
    return new Answer<never>(undefined, text, more)
  }

  /** Bytes in pieces. */
  static bytes(pieces: AsyncIterable<Uint8Array>, more: AnswerMore & { readonly mediaType: string }): Answer<never> {
    return new Answer<never>(undefined, pieces, more)
  }
}

interface AnswerMore {
  readonly status?: number
  readonly mediaType?: string
  readonly headers?: AnswerHeaders
}

/** Several values are sent as a header each: `Set-Cookie`. */
type AnswerHeaders = Readonly<Record<string, string | readonly string[]>>

/** What a route says of itself: validation, the OpenAPI document and the access check all come from here. */
export interface RouteFacts {
  readonly method: 'get' | 'post' | 'patch' | 'delete'
  /** From the root, with parameters in braces: `/api/v1/devices/{device}`. */
  readonly path: string
  /** The operation's name in OpenAPI: stable, generated clients call it so. */
  readonly id: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  /** The right that is asked for, over some organisation at least; whose devices an answer holds is the handler's, by its `Scope`. `signed-in`: people for themselves, whatever they may. `everybody` need not say who they are. */
  readonly for: 'everybody' | 'signed-in' | Right
  /** The right is asked for over the whole gateway: what the route shows or changes belongs to no organisation. */
  readonly overall?: true
  /** `no-store`: never kept. `revalidate`: kept, and asked about with its ETag. */
  readonly caching: 'no-store' | 'revalidate'
  /** The successful answer as JSON; absent for a route that answers text alone. */
  readonly response?: z.ZodType
  /** Of the JSON answer. */
  readonly mediaType?: string
  /** Other media types of the successful answer, with what they hold. */
  readonly texts?: Readonly<Record<string, string>>
  /** Statuses beside 200 that carry the same body, with what they mean. */
  readonly alsoStatus?: Readonly<Record<number, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** Statuses answered with a problem, beside those every route has. */
  readonly problems?: readonly (400 | 401 | 404 | 409 | 502 | 503)[]
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  /** What the request carries, as JSON. Absent: nothing that is read. */
  readonly body?: z.ZodObject
  /** The request carries a file instead. */
  readonly upload?: Upload
  /** Headers of the request that the route reads, in lower case. */
  readonly requestHeaders?: z.ZodObject
}

/** What a route takes as a file. It is in memory while the request is answered: hence one at a time. */
export interface Upload {
  readonly mostBytes: number
  /** Media types, with what they hold. */
  readonly content: Readonly<Record<string, string>>
}

/** A route whose schemas are applied: what the server mounts. */
export interface Route {
  readonly facts: RouteFacts
  /** Validates, then answers. Throws `Problem` and `GatewayError`. */
  answer(raw: RawRequest): Promise<Answer<unknown>>
}

/** A request as it came. */
interface RawRequest {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: Uint8Array | undefined
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly asker: Asker
  readonly actor: Actor
  readonly call: Call
}

type Output<S> = S extends z.ZodType ? z.output<S> : Record<string, never>

/** Declares a route. There is none without a schema of what it takes and what it answers. */
export function route<
  R extends z.ZodType,
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodObject | undefined = undefined,
  H extends z.ZodObject | undefined = undefined,
>(
  definition: Omit<RouteFacts, 'params' | 'query' | 'body' | 'response' | 'requestHeaders'> & {
    readonly params?: P
    readonly query?: Q
    readonly body?: B
    readonly requestHeaders?: H
    readonly response?: R
    readonly handle: (
      request: RouteRequest<Output<P>, Output<Q>, Output<B>, Output<H>>,
    ) => z.input<R> | Answer<z.input<R>> | Promise<z.input<R> | Answer<z.input<R>>>
  },
): Route {
  const { handle, params, query, body, requestHeaders, response, ...rest } = definition
  const facts: RouteFacts = {
    ...rest,
    ...(params && { params }),
    ...(query && { query }),
    ...(body && { body }),
    ...(requestHeaders && { requestHeaders }),
    ...(response && { response }),
  }
  return {
    facts,
    async answer(raw) {
      const errors: FieldProblem[] = []
      const readParams = read<Output<P>>(params, raw.params, 'path', errors)
      const readQuery = read<Output<Q>>(query, singleValues(raw.query, errors), 'query', errors)
      const readBody = body === undefined ? ({} as Output<B>) : read<Output<B>>(body, jsonObject(raw.body), 'body', errors)
      const readHeaders = read<Output<H>>(requestHeaders, chosen(raw.headers, requestHeaders), 'header', errors)
      if (errors.length > 0) throw new Problem(400, 'QUERY_INVALID', summary(errors), { errors })
      const { asker, actor, call, body: file = new Uint8Array() } = raw
      const answer = await handle({ params: readParams, query: readQuery, body: readBody, headers: readHeaders, file, asker, actor, call })
      return answer instanceof Answer ? answer : Answer.json(answer)
    },
  }
}

/** The members of a JSON object in a body. Throws `REQUEST_MALFORMED` when there is none. */
function jsonObject(body: Uint8Array | undefined): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { ...json }
  } catch {
    // Told below, as for any other body that is none.
  }
  throw new Problem(400, 'REQUEST_MALFORMED', 'The body must be a JSON object, in UTF-8.')
}

/** The headers that a route reads; there are always others. */
function chosen(headers: RawRequest['headers'], schema: z.ZodObject | undefined): Record<string, unknown> {
  const names = Object.keys(schema?.shape ?? {}).filter(name => headers[name] !== undefined)
  return Object.fromEntries(names.map(name => [name, headers[name]]))
}

function summary(errors: readonly FieldProblem[]): string {
  const names = [...new Set(errors.map(error => `“${error.field}”`))].join(', ')
  return `The request’s ${names} can not be used; see errors.`
}

/** A parameter given twice has no meaning here: refused rather than guessed at. */
function singleValues(query: URLSearchParams, errors: FieldProblem[]): Record<string, string> {
  const values = new Map<string, string>()
  for (const [name, value] of query) {
    if (values.has(name)) errors.push({ field: name, in: 'query', problem: 'is given more than once' })
    values.set(name, value)
  }
  // Through entries, so that a parameter called __proto__ is a parameter like any other.
  return Object.fromEntries(values)
}

/** The most problems named in one answer. */
const MOST_ERRORS = 20

function read<T>(schema: z.ZodObject | undefined, values: Readonly<Record<string, unknown>>, where: FieldProblem['in'], errors: FieldProblem[]): T {
  const known = Object.keys(schema?.shape ?? {})
  for (const name of Object.keys(values)) {
    if (!known.includes(name)) {
      const problem = known.length === 0 ? 'is unknown: this route takes no parameters' : `is unknown: this route takes ${known.join(', ')}`
      report(errors, { field: name, in: where, problem })
    }
  }
  const result = schema?.safeParse(values, { error: schemaWords })
  if (result?.success === false) {
    for (const issue of result.error.issues) {
      // A strict schema finds once more what is told above.
      if (issue.code === 'unrecognized_keys' && issue.path.length === 0) continue
      report(errors, { field: String(issue.path[0] ?? ''), in: where, problem: issue.message })
    }
  }
  // The schema and T are the same thing, said twice: the caller's Output<…> is what the schema gives; on failure the caller throws.
  return (result?.success === true ? result.data : {}) as T
}

function report(errors: FieldProblem[], problem: FieldProblem): void {
  if (errors.length < MOST_ERRORS) errors.push({ ...problem, field: problem.field.slice(0, 64) })
}
