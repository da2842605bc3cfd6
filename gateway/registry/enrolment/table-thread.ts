import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Column } from './columns.ts'
import { type TableRow, tableInvalid } from './table-row.ts'

/** What the thread tells, in this order: which column is which, then rows; or at any time what is wrong. */
export type TableMessage = { readonly places: ReadonlyMap<Column, number> } | { readonly rows: readonly TableRow[] } | { readonly problem: string }

/** Fifty thousand devices as .xlsx take a hundred; what takes more is no list. Of the thread alone: the gateway goes on. */
const mostMegabytes = 512

/** A list of devices as it is being read. */
export interface RunningTable {
  readonly places: ReadonlyMap<Column, number>
  readonly rows: AsyncIterable<readonly TableRow[]>
}

/**
 * Reads a list of devices as {@link deviceTable} does, in a thread of its own: unpacking and parsing megabytes would hold every device's receipt for seconds. The thread ends with the rows, or as
 * soon as nobody wants any more.
 *
 * @throws GatewayError IMPORT_INVALID, now or among the rows, for a file that is none, or takes more memory than any list does.
 */
export async function tableInThread(bytes: Uint8Array): Promise<RunningTable> {
  const messages = messagesOf(bytes)
  const first = await messages.next()
  if (first.done || !('places' in first.value)) throw tableInvalid(undefined, 'the file has no rows')
  return { places: first.value.places, rows: rowsOf(messages) }
}

async function* rowsOf(messages: AsyncGenerator<TableMessage>): AsyncGenerator<readonly TableRow[]> {
  for await (const message of messages) if ('rows' in message) yield message.rows
}

async function* messagesOf(bytes: Uint8Array): AsyncGenerator<TableMessage> {
  const worker = new Worker(new URL('./table-worker.ts', import.meta.url), {
    workerData: bytes,
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
  })
  try {
    // Piece by piece as they are asked for: many that wait would be taken in at once.
    for (;;) {
      worker.postMessage('next')
      const [message]: (TableMessage | undefined)[] = await once(worker, 'message')
      if (message === undefined) return
      if ('problem' in message) throw tableInvalid(undefined, message.problem)
      yield message
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
      throw tableInvalid(undefined, 'the file takes more memory than any list of devices does: divide it')
    throw error
  } finally {
    await worker.terminate()
  }
}
