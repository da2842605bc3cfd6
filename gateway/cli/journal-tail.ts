import { setTimeout as delay } from 'node:timers/promises'
import { secretsIn } from '../../devices/protocols/secrets.ts'
import { JournalArchive, type Part } from '../journal/archive.ts'
import type { JournalledFrame } from '../model/frame.ts'
import { maskedBytes } from '../model/masked.ts'

/** Flags of `citygate journal tail`. */
export interface TailFlags {
  readonly frames: number
  readonly follow?: true
  readonly device?: string
}

const LOOK_EVERY_MS = 200

/** Prints the newest frames, and those that follow. */
export async function tail(folder: string, flags: TailFlags): Promise<void> {
  const archive = new JournalArchive(folder)
  const wanted = (frame: JournalledFrame): boolean => flags.device === undefined || frame.device === flags.device
  let last = await printLast(archive, flags.frames, wanted)
  if (!flags.follow) return
  for (;;) {
    await delay(LOOK_EVERY_MS)
    for await (const part of archive.parts({ from: last?.next ?? 0, ...(last && { after: last }) })) {
      for (const frame of part.frames) if (wanted(frame)) print(frame)
      last = part
    }
  }
}

/** The last so many that are wanted: the newest segment is read first, older ones while there are too few. Answers the part that was read last. */
async function printLast(archive: JournalArchive, count: number, wanted: (frame: JournalledFrame) => boolean): Promise<Part | undefined> {
  const segments = await archive.segments()
  let found: JournalledFrame[] = []
  let end: Part | undefined
  for (let index = segments.length - 1; index >= 0 && (found.length < count || end === undefined); index--) {
    const { first = 0 } = segments[index] ?? {}
    let some: JournalledFrame[] = []
    for await (const part of archive.parts({ from: first })) {
      if (part.segment.first !== first && index < segments.length - 1) break
      some.push(...part.frames.filter(wanted))
      if (some.length > count) some = some.slice(some.length - count)
      if (index === segments.length - 1) end = part
    }
    found = [...some, ...found]
  }
  for (const frame of found.slice(Math.max(0, found.length - count))) print(frame)
  return end
}

function print(frame: JournalledFrame): void {
  const { offset, device, channel, receivedAt, payload } = frame
  const { bytes, masked } = maskedBytes(payload, secretsIn(payload))
  console.log(
    JSON.stringify({
      offset,
      device,
      channel,
      receivedAt: new Date(receivedAt).toISOString(),
      bytes: payload.length,
      hex: Buffer.from(bytes).toString('hex'),
      ...(masked.length > 0 && { masked }),
    }),
  )
}
