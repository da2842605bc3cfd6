import { STATUS_CODES } from 'node:http'
import type { ErrorCode } from '../model/errors.ts'

/** Errors only the API raises. Like `ErrorCode`, a code never changes its meaning once published. */
export type ApiErrorCode =
  | 'REQUEST_MALFORMED'
  | 'TOKEN_REQUIRED'
  | 'TOKEN_INVALID'
  | 'SIGN_IN_FAILED'
  | 'CODE_REQUIRED'
  | 'SECOND_FACTOR_ON'
  | 'LOCKED_OUT'
  | 'SIGN_IN_OVER'
  | 'FORBIDDEN'
  | 'CROSS_ORIGIN'
  | 'NOT_FOUND'
  | 'KIND_UNKNOWN'
  | 'MODEL_UNKNOWN'
  | 'LINE_UNKNOWN'
  | 'FRAME_UNKNOWN'
  | 'METHOD_NOT_ALLOWED'
  | 'BODY_TOO_LARGE'
  | 'BODY_UNREADABLE'
  | 'URI_TOO_LONG'
  | 'UPGRADE_REQUIRED'
  | 'REQUEST_TIMEOUT'
  | 'TOO_MANY_REQUESTS'
  | 'HEADERS_TOO_LARGE'
  | 'BUSY'
  | 'INTERNAL'

/** One thing wrong with a request. */
export interface FieldProblem {
  /** The parameter's name as it was sent. */
  readonly field: string
  readonly in: 'path' | 'query' | 'body' | 'header'
  readonly problem: string
}

/** The body of an error: RFC 9457 § 3.1, with `code` and `errors` as extension members (§ 3.2). */
export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  readonly code: string
  readonly errors?: readonly FieldProblem[]
}

/** An answer that is an error. Thrown by handlers; becomes `application/problem+json`. Its detail is for whoever asked: it names no file, host or secret. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: ApiErrorCode | ErrorCode
  readonly headers: Readonly<Record<string, string>>
  readonly errors: readonly FieldProblem[]

  constructor(
    status: number,
    code: ApiErrorCode | ErrorCode,
    detail: string,
    more: { readonly headers?: Readonly<Record<string, string>>; readonly errors?: readonly FieldProblem[]; readonly cause?: unknown } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause })
    this.status = status
    this.code = code
    this.headers = more.headers ?? {}
    this.errors = more.errors ?? []
  }
}

/** The media type of errors, RFC 9457 § 3. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

/** The body of a problem. `instance` is the path asked for, without its query. */
export function problemBody(problem: Problem, url: string): ProblemBody {
  return {
    type: `urn:citygate:problem:${problem.code.toLowerCase().replaceAll('_', '-')}`,
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.message,
    instance: pathOf(url).slice(0, 256),
    code: problem.code,
    ...(problem.errors.length > 0 && { errors: problem.errors }),
  }
}

/** A request target's path, without its query. */
export function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}
