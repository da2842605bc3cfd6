import { type Finding, JournalArchive } from '../journal/archive.ts'
import { frames } from './journal-inspect.ts'
import { Progress } from './progress.ts'

/** Flags of `citygate journal verify`. */
export interface VerifyFlags {
  readonly json?: true
}

interface Checked {
  readonly file: string
  readonly format: number
  frames: number
  bytes: number
  readonly findings: Finding[]
}

/** Reads every record of a journal; answers whether all that should be there is there, and prints what is not. */
export async function verify(folder: string, flags: VerifyFlags): Promise<boolean> {
  const archive = new JournalArchive(folder)
  const size = (await archive.segments()).reduce((sum, segment) => sum + segment.bytes, 0)
  const checked: Checked[] = []
  const progress = new Progress()
  let done = 0
  for await (const part of archive.parts()) {
    const { file, format } = part.segment
    let segment = checked.at(-1)
    if (segment?.file !== file) {
      segment = { file, format, frames: 0, bytes: 0, findings: [] }
      checked.push(segment)
    }
    done += part.read - segment.bytes
    segment.frames += part.frames.length
    segment.bytes = part.read
    segment.findings.push(...part.findings)
    progress.show(() => `${Math.min(100, Math.round((done / Math.max(1, size)) * 100))} % of ${size} bytes, ${file}`)
  }
  progress.end()
  const findings = checked.flatMap(segment => segment.findings)
  const bad = findings.filter(finding => finding.kind !== 'torn')
  const ok = bad.length === 0
  const total = checked.reduce((sum, segment) => sum + segment.frames, 0)
  const lost = bad.reduce((sum, { from, to }) => sum + to - from, 0)
  if (flags.json) {
    console.log(JSON.stringify({ ok, frames: total, lostFrames: lost, segments: checked }))
    return ok
  }
  for (const { file, frames: count, findings: found } of checked) {
    console.log(`${found.some(finding => finding.kind !== 'torn') ? '✗' : '✓'} ${file}: ${count} frames`)
    for (const finding of found) console.log(`  ${told(finding)}`)
  }
  console.log(ok ? `all ${total} frames are sound` : `${total} frames are sound, ${lost} are lost, in ${bad.length} places: check the disk`)
  return ok
}

function told({ kind, position, bytes, from, to }: Finding): string {
  if (kind === 'torn')
    return `${bytes} bytes at ${position} are the beginning of a group that is being written, or was when the gateway ended: nobody had a receipt for it`
  if (kind === 'missing') return `frames ${frames(from, to)} are missing behind ${position}`
  return `damaged at ${position}, ${bytes} bytes; frames lost: ${frames(from, to)}`
}
