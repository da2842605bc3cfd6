import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { JournalArchive } from '../journal/archive.ts'
import { readRepairs } from '../journal/repairs.ts'
import { CursorFile } from '../pipeline/cursor-file.ts'
import { table } from './table.ts'

/** Flags of `citygate journal inspect`. */
export interface InspectFlags {
  readonly json?: true
}

/** Prints what the journal of a data folder holds. */
export async function inspect(data: string, flags: InspectFlags): Promise<void> {
  const archive = new JournalArchive(join(data, 'journal'))
  const segments = await archive.segments()
  const start = segments[0]?.first ?? 0
  const { end, oldestAt, newestAt } = await ends(archive, start)
  const cursors = await cursorsOf(join(data, 'cursors'), end)
  const repairs = await readRepairs(join(data, 'journal'))
  const listed = segments.map(({ file, format, first, createdAt, bytes }, index) => {
    const frames = (segments[index + 1]?.first ?? end) - first
    return { file, format, first, frames, createdAt: iso(createdAt), bytes }
  })
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0)
  const total = repairs.at(-1)?.total ?? { damages: 0, lostFrames: 0 }
  if (flags.json) {
    const times = { ...(oldestAt !== undefined && { oldestAt: iso(oldestAt) }), ...(newestAt !== undefined && { newestAt: iso(newestAt) }) }
    const kept = repairs.map(({ kind, action, file, position, bytes: size, from, to, foundAt }) => ({
      foundAt: iso(foundAt),
      kind,
      action,
      file,
      position,
      bytes: size,
      from,
      to,
    }))
    console.log(JSON.stringify({ start, end, bytes, ...times, ...total, segments: listed, cursors, repairs: kept }))
    return
  }
  const times = oldestAt === undefined || newestAt === undefined ? '' : `, received ${iso(oldestAt)} to ${iso(newestAt)}`
  console.log(`${end - start} frames, offsets ${start} to before ${end}${times}; ${bytes} bytes in ${segments.length} segments\n`)
  console.log(
    table(
      ['SEGMENT', 'FORMAT', 'FIRST', 'FRAMES', 'BYTES', 'BEGUN'],
      listed.map(one => [one.file, String(one.format), String(one.first), String(one.frames), String(one.bytes), one.createdAt]),
    ),
  )
  console.log(
    cursors.length === 0
      ? '\nno sink has a cursor yet'
      : `\n${table(
          ['SINK', 'CURSOR', 'BEHIND'],
          cursors.map(({ sink, cursor, lagFrames }) => [
            sink,
            cursor === undefined ? 'unreadable' : String(cursor),
            lagFrames === undefined ? '' : String(lagFrames),
          ]),
        )}`,
  )
  if (repairs.length === 0) {
    console.log('\nnothing was ever repaired')
    return
  }
  console.log(`\nrepairs: ${total.damages} damages, ${total.lostFrames} frames lost`)
  console.log(
    table(
      ['FOUND', 'WHAT', 'SEGMENT', 'POSITION', 'BYTES', 'FRAMES'],
      repairs.map(one => [iso(one.foundAt), `${one.kind}, ${one.action}`, one.file, String(one.position), String(one.bytes), frames(one.from, one.to)]),
    ),
  )
}

/** The end of the journal, and the times of the first and last frame. The last segment has to be read for it. */
async function ends(archive: JournalArchive, start: number): Promise<{ readonly end: number; readonly oldestAt?: number; readonly newestAt?: number }> {
  let oldestAt: number | undefined
  for await (const part of archive.parts()) {
    oldestAt = part.frames[0]?.receivedAt
    if (oldestAt !== undefined) break
  }
  let end = start
  let newestAt = oldestAt
  for await (const part of archive.parts({ from: Number.MAX_SAFE_INTEGER })) {
    end = part.next
    newestAt = part.frames.at(-1)?.receivedAt ?? newestAt
  }
  return { end, ...(oldestAt !== undefined && { oldestAt }), ...(newestAt !== undefined && { newestAt }) }
}

async function cursorsOf(folder: string, end: number): Promise<readonly { readonly sink: string; readonly cursor?: number; readonly lagFrames?: number }[]> {
  const names = await readdir(folder).catch(() => [])
  return Promise.all(
    names
      .filter(name => name.endsWith('.json'))
      .sort()
      .map(async name => {
        const cursor = await new CursorFile(join(folder, name)).read()
        return { sink: name.slice(0, -'.json'.length), ...(cursor !== undefined && { cursor, lagFrames: Math.max(0, end - cursor) }) }
      }),
  )
}

function iso(at: number): string {
  const time = new Date(at)
  return Number.isNaN(time.getTime()) ? String(at) : time.toISOString()
}

/** Offsets in words. */
export function frames(from: number, to: number): string {
  return to <= from ? 'none' : to === from + 1 ? `${from}` : `${from} to ${to - 1}`
}
