import { ApiProblem } from './api-problem.ts'
import type { TokenKeeper } from './token-keeper.ts'

/** Query parameters; undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>

const TIMEOUT_MS = 15_000
const FILE_TIMEOUT_MS = 300_000
/** A file that is written while it is told how far it is. */
const UPLOAD_TIMEOUT_MS = 1_800_000
/** Refusals of what somebody entered. They do not mean that whoever asks is signed out. */
const OF_SIGNING_IN: ReadonlySet<string> = new Set(['SIGN_IN_FAILED', 'CODE_REQUIRED', 'CODE_WRONG', 'PASSWORD_WRONG'])

/** Asks the gateway's API under `/api/v1` of the page's own host. Rejects with `ApiProblem`. */
export class ApiClient {
  readonly #tokens: TokenKeeper
  readonly #fetch: typeof fetch

  constructor(options: { readonly tokens: TokenKeeper; readonly fetch: typeof fetch }) {
    this.#tokens = options.tokens
    this.#fetch = options.fetch
  }

  /** The caller names the type of the answer: the gateway validates what it sends, and its contract tests hold it to that. */
  async get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
    return this.#ask<T>(withQuery(path, query), 'GET', signal)
  }

  /** With a body, it is sent as JSON. */
  async post<T>(path: string, body?: object, signal?: AbortSignal): Promise<T> {
    return this.#ask<T>(path, 'POST', signal, [], body)
  }

  async patch<T>(path: string, body: object): Promise<T> {
    return this.#ask<T>(path, 'PATCH', undefined, [], body)
  }

  async delete(path: string): Promise<void> {
    await this.#ask<unknown>(path, 'DELETE', undefined)
  }

  /** The gateway's health: it answers 503 with the same body when it is failing, and that body is what the operator wants to see. */
  async health<T>(signal?: AbortSignal): Promise<T> {
    return this.#ask<T>('/health', 'GET', signal, [503])
  }

  /** A file, whole: tables as CSV. Making one of a whole city may take a while. */
  async file(path: string, query: Query, signal?: AbortSignal): Promise<Blob> {
    const answer = await this.#send(withQuery(path, query), 'GET', { signal, timeoutMs: FILE_TIMEOUT_MS })
    if (!answer.ok) throw await this.#refusal(answer)
    return answer.blob()
  }

  /** A page of a text, such as CSV, and the path of the one that follows. */
  async textPage(path: string, signal?: AbortSignal): Promise<{ readonly text: string; readonly next: string | undefined }> {
    const response = await this.#send(path, 'GET', { signal, timeoutMs: TIMEOUT_MS })
    if (!response.ok) throw await this.#refusal(response)
    const next = /^<\/api\/v1([^>]+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1]
    try {
      return { text: await response.text(), next }
    } catch (error) {
      if (signal?.aborted) throw error
      throw new ApiProblem('broken', '')
    }
  }

  /** The bytes of a long answer as they come. */
  async stream(path: string, query: Query, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const answer = await this.#send(withQuery(path, query), 'GET', { signal, timeoutMs: FILE_TIMEOUT_MS })
    if (!answer.ok) throw await this.#refusal(answer)
    if (answer.body === null) throw new ApiProblem('broken', '')
    return answer.body
  }

  /** Sends a file, and tells what is answered while it is worked on. Headers are for what may not stand in an address. */
  async upload(path: string, query: Query, file: Blob, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const answer = await this.#send(withQuery(path, query), 'POST', { signal, file, headers, timeoutMs: UPLOAD_TIMEOUT_MS })
    if (!answer.ok) throw await this.#refusal(answer)
    if (answer.body === null) throw new ApiProblem('broken', '')
    return answer.body
  }

  async #ask<T>(path: string, method: string, signal: AbortSignal | undefined, alsoAnswers: readonly number[] = [], body?: object): Promise<T> {
    const response = await this.#send(path, method, { signal, body, timeoutMs: TIMEOUT_MS })
    if (response.status === 204) return undefined as T
    const isJson = response.headers.get('content-type')?.includes('application/json') === true
    if (response.ok || (alsoAnswers.includes(response.status) && isJson)) return readJson<T>(response)
    throw await this.#refusal(response)
  }

  async #refusal(response: Response): Promise<ApiProblem> {
    const problem = await problemOf(response)
    if (response.status === 401 && !OF_SIGNING_IN.has(problem.code ?? '')) this.#tokens.refused()
    return problem
  }

  async #send(path: string, method: string, { signal, body, file, headers, timeoutMs }: Sending): Promise<Response> {
    const timeout = AbortSignal.timeout(timeoutMs)
    const token = this.#tokens.token
    try {
      return await this.#fetch(`/api/v1${path}`, {
        method,
        headers: {
          accept: 'application/json, application/problem+json',
          ...(token && { authorization: `Bearer ${token}` }),
          ...(body && { 'content-type': 'application/json' }),
          ...(file && { 'content-type': 'application/octet-stream' }),
          ...headers,
        },
        ...(body && { body: JSON.stringify(body) }),
        ...(file && { body: file }),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      })
    } catch (error) {
      if (signal?.aborted) throw error
      throw timeout.aborted ? new ApiProblem('timeout', '') : new ApiProblem('unreachable', '')
    }
  }
}

interface Sending {
  readonly signal: AbortSignal | undefined
  readonly timeoutMs: number
  /** Sent as JSON. */
  readonly body?: object | undefined
  /** Sent as it is. */
  readonly file?: Blob
  readonly headers?: Readonly<Record<string, string>>
}

function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value))
  const text = parameters.toString()
  return text ? `${path}?${text}` : path
}

async function readJson<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T
  } catch {
    throw new ApiProblem('broken', '')
  }
}

interface FieldProblem {
  readonly field: string
  readonly problem: string
}

/** What an RFC 9457 answer says, or the status when something else answered. */
async function problemOf(response: Response): Promise<ApiProblem> {
  const { status } = response
  const after = Number(response.headers.get('retry-after') ?? Number.NaN)
  const more = { status, ...(after > 0 && { retryAfterSeconds: after }) }
  try {
    const body: unknown = await response.json()
    if (typeof body === 'object' && body !== null)
      return new ApiProblem('refused', sentenceOf(body) ?? `HTTP ${status}`, {
        ...more,
        ...('code' in body && typeof body.code === 'string' && { code: body.code }),
      })
  } catch {
    // Not JSON: a proxy's page.
  }
  return new ApiProblem('refused', `HTTP ${status}`, more)
}

function sentenceOf(body: object): string | undefined {
  // What is wrong with single members says more than that something is.
  if ('errors' in body && Array.isArray(body.errors) && body.errors.length > 0)
    return (body.errors as readonly FieldProblem[]).map(each => `${each.field}: ${each.problem}`).join('; ')
  if ('detail' in body && typeof body.detail === 'string') return body.detail
  if ('title' in body && typeof body.title === 'string') return body.title
  return undefined
}
