import type { ApiClient } from '../api/api-client.ts'
import { ApiProblem } from '../api/api-problem.ts'

/** What a file would do, or did. */
export interface CheckedFile {
  readonly rows: number
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  /** With the line each; the first five thousand. */
  readonly problems: readonly string[]
  readonly problemCount: number
}

export interface Secret {
  readonly id: string
  readonly secret: string
}

/** How far the gateway is with a file. */
export type ImportEvent =
  | { readonly state: 'checking'; readonly rows: number }
  | ({ readonly state: 'checked' } & CheckedFile)
  | { readonly state: 'writing'; readonly done: number; readonly of: number }
  | { readonly state: 'secrets'; readonly secrets: readonly Secret[] }
  | { readonly state: 'written' }
  | { readonly state: 'failed'; readonly code: string; readonly detail: string }

/** What is done with a file. Without a key it is only checked. */
export interface ImportWish {
  readonly file: File
  readonly update: boolean
  readonly key?: string
}

/** Sends a file and hands on what the gateway tells. Rejects with `ApiProblem`, also where the answer ends before it says how it ended. */
export async function* importEvents(api: ApiClient, { file, update, key }: ImportWish, signal: AbortSignal): AsyncGenerator<ImportEvent> {
  const query = { update: String(update), dryRun: String(key === undefined) }
  const answer = await api.upload('/imports/device-files', query, file, key === undefined ? {} : { 'import-key': key }, signal)
  const last = key === undefined ? 'checked' : 'written'
  for await (const line of linesOf(answer)) {
    // The gateway is of the page's own version, and its tests hold it to this.
    const event = JSON.parse(line) as ImportEvent
    yield event
    if (event.state === 'failed') throw new ApiProblem('refused', event.detail, { code: event.code })
    if (event.state === last || (event.state === 'checked' && event.problemCount > 0)) return
  }
  throw new ApiProblem('unreachable', '')
}

async function* linesOf(bytes: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = bytes.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch {
    throw new ApiProblem('unreachable', '')
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
