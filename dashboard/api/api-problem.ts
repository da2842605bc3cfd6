/** Why the API gave no answer that can be shown. `title` is the gateway's own sentence, when it sent one. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly reason: 'unreachable' | 'timeout' | 'refused' | 'broken'
  readonly status: number | undefined

  constructor(reason: ApiProblem['reason'], title: string, status?: number) {
    super(title)
    this.reason = reason
    this.status = status
  }
}

/** Whether asking again may help: not when the gateway understood and refused. */
export function mayRetry(error: unknown): boolean {
  if (!(error instanceof ApiProblem)) return false
  return error.reason !== 'refused' || (error.status ?? 0) >= 500 || error.status === 429
}
