import { z } from 'zod'
import type { FieldValue, Position, ReadingFlags } from '../model/reading.ts'
import { DeviceState, type Stamped } from './device-state.ts'
import { Heard } from './heard.ts'
import type { Stamp } from './stamp.ts'

/** order, origin, eventAt, sub, at, receivedAt */
const stamp = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()])

/** The written form of a state. Fields of one reading share their stamp, so stamps stand in a list and fields point into it. */
const record = z.object({
  org: z.string(),
  kind: z.string(),
  model: z.string(),
  flags: z.object({
    historical: z.literal(true).optional(),
    clockSuspect: z.literal(true).optional(),
    clockCorrected: z.literal(true).optional(),
    outOfRange: z.array(z.string()).optional(),
    quality: z.record(z.string(), z.string()).optional(),
  }),
  quality: z.array(z.tuple([z.string(), z.string()])).optional(),
  stamps: z.array(stamp),
  newest: z.int(),
  fields: z.array(z.tuple([z.string(), z.union([z.number(), z.boolean(), z.string()]), z.int()])),
  position: z.tuple([z.number(), z.number(), z.int()]).optional(),
  /** session, heardOrigin, aliveOrigin, goneOrigin, goneAt */
  heard: z.tuple([z.number().nullable(), z.number(), z.number(), z.number(), z.number()]).optional(),
})

/** A state as one text. Its device and revision stand beside it, in columns of their own. */
export function writeState(state: DeviceState): string {
  const { org, kind, model, flags, newest, fields, quality, position, heard } = state.parts
  const stamps = new Map<Stamp, number>()
  const indexOf = (of: Stamp): number => {
    const known = stamps.get(of)
    if (known !== undefined) return known
    stamps.set(of, stamps.size)
    return stamps.size - 1
  }
  const written: z.input<typeof record> = {
    org,
    kind,
    model,
    flags: { ...flags, outOfRange: flags.outOfRange && [...flags.outOfRange], quality: flags.quality && { ...flags.quality } },
    quality: quality && quality.size > 0 ? [...quality] : undefined,
    newest: indexOf(newest),
    fields: Array.from(fields, ([field, held]) => [field, held.value, indexOf(held.stamp)]),
    position: position && [position.value.lat, position.value.lon, indexOf(position.stamp)],
    heard: heard && writeHeard(heard),
    stamps: Array.from(stamps.keys(), of => [of.order, of.origin, of.eventAt, of.sub, of.at, of.receivedAt]),
  }
  return JSON.stringify(written)
}

/** Reads it back; undefined when the text is not whole. */
export function readState(device: string, revision: number, text: string): DeviceState | undefined {
  const parsed = record.safeParse(parseJson(text))
  if (!parsed.success) return undefined
  const { org, kind, model, flags, ...rest } = parsed.data
  const stamps = rest.stamps.map(([order, origin, eventAt, sub, at, receivedAt]): Stamp => ({ order, origin, eventAt, sub, at, receivedAt }))
  const newest = stamps[rest.newest]
  if (newest === undefined) return undefined
  const fields = new Map<string, Stamped<FieldValue>>()
  for (const [field, value, index] of rest.fields) {
    const of = stamps[index]
    if (of === undefined) return undefined
    fields.set(field, { value, stamp: of })
  }
  const quality = rest.quality && new Map(rest.quality)
  const position = readPosition(rest.position, stamps)
  return new DeviceState({ device, org, kind, model, flags: readFlags(flags), newest, fields, quality, position, heard: readHeard(rest.heard), revision })
}

function writeHeard({ parts }: Heard): z.input<typeof record>['heard'] {
  return [parts.session ?? null, parts.heardOrigin, parts.aliveOrigin, parts.goneOrigin, parts.goneAt]
}

function readHeard(written: z.output<typeof record>['heard']): Heard | undefined {
  if (written === undefined) return undefined
  const [session, heardOrigin, aliveOrigin, goneOrigin, goneAt] = written
  return new Heard({ session: session ?? undefined, heardOrigin, aliveOrigin, goneOrigin, goneAt })
}

function readFlags(flags: z.output<typeof record>['flags']): ReadingFlags {
  return {
    ...(flags.historical && { historical: true }),
    ...(flags.clockSuspect && { clockSuspect: true }),
    ...(flags.clockCorrected && { clockCorrected: true }),
    ...(flags.outOfRange && { outOfRange: flags.outOfRange }),
    ...(flags.quality && { quality: flags.quality }),
  }
}

function readPosition(position: z.output<typeof record>['position'], stamps: readonly Stamp[]): Stamped<Position> | undefined {
  if (position === undefined) return undefined
  const [lat, lon, index] = position
  const of = stamps[index]
  return of && { value: { lat, lon }, stamp: of }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
