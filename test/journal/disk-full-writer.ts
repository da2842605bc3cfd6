/** Fills a journal until it is told to end, as a process of its own whose disk may be full: prints a line whenever the journal's state changes, with how many frames were synced. */
import { FileJournal } from '../../gateway/journal/file-journal.ts'
import { MemoryLog } from '../support/log.ts'
import { frame } from './workspace-frames.ts'

const log = new MemoryLog()
const journal = new FileJournal({ folder: process.argv[2] ?? '', segmentBytes: 256 << 10, budgetBytes: 1 << 30, keepBytes: 1 << 30, log })
await journal.open()
let synced = journal.end
let ending = false
let shown = ''
process.on('SIGTERM', () => {
  ending = true
})

function tell(): void {
  const { state, advice = '' } = journal.condition
  if (state === shown) return
  shown = state
  console.log(JSON.stringify({ state, synced, advice }))
}

const watch = setInterval(tell, 20)
while (!ending) {
  const offset = journal.append(frame(journal.end, 500))
  const done = journal.synced(offset).then(
    () => {
      synced = offset + 1
    },
    () => undefined,
  )
  // A frame that waits for room on the disk must not keep this process from ending.
  const stop = new AbortController()
  await Promise.race([done, new Promise<void>(resolve => void whenEnding(resolve, stop.signal))])
  stop.abort()
}
clearInterval(watch)
const rejected = await journal.close().then(
  () => false,
  () => true,
)
console.log(JSON.stringify({ state: 'closed', synced, rejected, errors: log.lines.filter(line => line.level === 'error').length }))

async function whenEnding(resolve: () => void, signal: AbortSignal): Promise<void> {
  while (!ending && !signal.aborted) await new Promise(next => setTimeout(next, 5))
  resolve()
}
