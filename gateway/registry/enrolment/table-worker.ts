import { parentPort, workerData } from 'node:worker_threads'
import { GatewayError } from '../../model/errors.ts'
import { deviceTable } from './table-of.ts'
import type { TableRow } from './table-row.ts'
import type { TableMessage } from './table-thread.ts'

/** So many rows are one message: about a millisecond of work for who takes it. */
const rowsAMessage = 500

/** The table in pieces. What is wrong with it is told, too; a fault of ours ends the thread. */
function* pieces(bytes: Uint8Array): Generator<TableMessage> {
  try {
    const { places, rows } = deviceTable(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    yield { places }
    let some: TableRow[] = []
    for (const row of rows) {
      if (some.push(row) < rowsAMessage) continue
      yield { rows: some }
      some = []
    }
    yield { rows: some }
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    yield { problem: error.message }
  }
}

/** Each message asks for the next piece; after the last one the answer is that there is none. */
function answer(bytes: Uint8Array): void {
  const told = pieces(bytes)
  parentPort?.on('message', () => parentPort?.postMessage(told.next().value))
}

if (workerData instanceof Uint8Array) answer(workerData)
