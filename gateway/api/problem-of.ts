import { type ErrorCode, GatewayError } from '../model/errors.ts'
import { Problem } from './problem.ts'

/** How an error of the gateway is answered. Without `detail` its own message is: it was written for whoever sent the request. */
interface Mapping {
  readonly status: number
  /** Stands in for a message that may name hosts or files. */
  readonly detail?: string
  readonly retryAfterSeconds?: number
}

const UNAVAILABLE = 'This gateway can not answer at the moment; try again later.'

const MAPPINGS: Readonly<Partial<Record<ErrorCode, Mapping>>> = {
  QUERY_INVALID: { status: 400 },
  DEVICE_INVALID: { status: 400 },
  IMPORT_INVALID: { status: 400 },
  MODEL_INVALID: { status: 400 },
  COMMAND_INVALID: { status: 400 },
  DEVICE_UNKNOWN: { status: 404 },
  ENROLMENT_UNKNOWN: { status: 404 },
  LINK_FAILED: { status: 503, retryAfterSeconds: 5 },
  TOKEN_UNKNOWN: { status: 404 },
  TOO_MANY_TOKENS: { status: 409 },
  AUDIT_ENTRY_UNKNOWN: { status: 404 },
  DEVICE_EXISTS: { status: 409 },
  BUSY: { status: 503, retryAfterSeconds: 2 },
  IDENTITY_TAKEN: { status: 409 },
  IDENTITY_UNKNOWN: { status: 403 },
  IDENTITY_UNPROVEN: { status: 400 },
  EMAIL_UNVERIFIED: { status: 403 },
  SECOND_FACTOR_MISSING: { status: 403 },
  ROLE_MISSING: { status: 403 },
  PERSON_DISABLED: { status: 403 },
  PROVIDER_REFUSED: { status: 400 },
  PROVIDER_UNREACHABLE: {
    status: 503,
    retryAfterSeconds: 5,
    detail: 'The provider can not be asked at the moment; whoever has a password signs in with it. The gateway’s log says more.',
  },
  ORGANISATION_INVALID: { status: 400 },
  ORGANISATION_EXISTS: { status: 409 },
  ORGANISATION_UNKNOWN: { status: 404 },
  ORGANISATION_IN_USE: { status: 409 },
  PERSON_INVALID: { status: 400 },
  PERSON_UNKNOWN: { status: 404 },
  PERSON_ELSEWHERE: { status: 403 },
  PERSON_EXISTS: { status: 409 },
  LAST_ADMIN: { status: 409 },
  PASSWORD_WEAK: { status: 400 },
  INVITATION_INVALID: { status: 400 },
  CODE_WRONG: { status: 401 },
  SERIES_UNREACHABLE: {
    status: 503,
    retryAfterSeconds: 5,
    detail: 'The series store can not be reached at the moment. Nothing is lost: readings wait in the journal. Try again later.',
  },
  SERIES_REFUSED: { status: 502, detail: 'The series store refused the query; the gateway’s log says why.' },
  REGISTRY_UNUSABLE: { status: 503, retryAfterSeconds: 5, detail: UNAVAILABLE },
  JOURNAL_READ_FAILED: { status: 503, retryAfterSeconds: 5, detail: UNAVAILABLE },
  STOPPED: { status: 503, retryAfterSeconds: 5, detail: 'This gateway is stopping; try again later.' },
}

/** What the errors of Express and its body reader carry (http-errors): a status, and whether the message may be shown. */
interface HttpError {
  readonly status: number
  /** Of a body that is too large: what is taken, bytes. */
  readonly limit?: number
  readonly type?: string
}

function isHttpError(error: unknown): error is HttpError {
  return error instanceof Error && 'status' in error && typeof error.status === 'number'
}

/** Turns whatever was thrown into an answer. What is not meant for the outside becomes a plain 500 that says nothing of the inside. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof GatewayError) {
    const mapping = MAPPINGS[error.code]
    if (mapping === undefined) return internal(error)
    const headers = mapping.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(mapping.retryAfterSeconds) }
    return new Problem(mapping.status, error.code, mapping.detail ?? error.message, { headers, cause: error })
  }
  if (isHttpError(error)) {
    if (error.status === 413) return new Problem(413, 'BODY_TOO_LARGE', `The body is larger than ${sizeText(error.limit)}.`, { cause: error })
    if (error.status === 416) return new Problem(416, 'REQUEST_MALFORMED', 'The range begins beyond the end of the file.', { cause: error })
    if (error.status >= 400 && error.status < 500) {
      const status = error.status === 415 ? 415 : 400
      return new Problem(status, status === 415 ? 'BODY_UNREADABLE' : 'REQUEST_MALFORMED', 'The request can not be read.', { cause: error })
    }
  }
  return internal(error)
}

function sizeText(bytes = 0): string {
  return bytes < 2 ** 20 ? `${bytes / 1_000} kB` : `${bytes / 2 ** 20} MiB`
}

function internal(cause: unknown): Problem {
  return new Problem(500, 'INTERNAL', 'Something went wrong inside the gateway; its log says what.', { cause })
}
