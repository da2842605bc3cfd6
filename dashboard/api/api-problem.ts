/** Why the API gave no answer that can be shown. `title` is the gateway's own sentence, when it sent one. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly reason: 'unreachable' | 'timeout' | 'refused' | 'broken'
  readonly status: number | undefined
  /** The gateway's name for what is wrong. */
  readonly code: string | undefined
  /** When asking again may help. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    reason: ApiProblem['reason'],
    title: string,
    more: { readonly status?: number; readonly code?: string; readonly retryAfterSeconds?: number } = {},
  ) {
    super(title)
    this.reason = reason
    this.status = more.status
    this.code = more.code
    this.retryAfterSeconds = more.retryAfterSeconds
  }
}

/** Whether asking again may help: not when the gateway understood and refused. */
export function mayRetry(error: unknown): boolean {
  if (!(error instanceof ApiProblem)) return false
  return error.reason !== 'refused' || (error.status ?? 0) >= 500 || error.status === 429
}
