import type { Part } from './frame-types.ts'

/** A part with its place in the tree: `1.0.2` is the third part of the first part of the second. */
export interface PlacedPart {
  readonly id: string
  readonly depth: number
  readonly part: Part
}

/** All parts, outer ones before their inner ones: the rows of the table. */
export function rowsOf(parts: readonly Part[], depth = 0, prefix = ''): PlacedPart[] {
  return parts.flatMap((part, index) => {
    const id = `${prefix}${index}`
    return [{ id, depth, part }, ...rowsOf(part.parts ?? [], depth + 1, `${id}.`)]
  })
}

/** A run of bytes that the ribbon shows in one colour, and the part it belongs to. */
export interface Run {
  readonly id: string
  readonly from: number
  readonly to: number
  readonly part: Part
}

/** The finest parts side by side, covering the frame. Parts that share a byte, such as bits, are shown as their outer part. */
export function runsOf(parts: readonly Part[], prefix = ''): Run[] {
  return parts.flatMap((part, index) => {
    const id = `${prefix}${index}`
    const inner = part.parts ?? []
    const whole: Run = { id, from: part.from, to: part.to, part }
    if (inner.length === 0 || overlap(inner)) return [whole]
    return filled(runsOf(inner, `${id}.`), whole)
  })
}

function overlap(parts: readonly Part[]): boolean {
  return parts.some((part, index) => index > 0 && part.from < (parts[index - 1]?.to ?? 0))
}

/** Colours that follow one another, so that neighbours differ. */
const COLOURS = 6

/** Which colour each part has, the same in the ribbon and in the table. */
export function coloursOf(runs: readonly Run[]): ReadonlyMap<string, number> {
  return new Map(runs.map((run, index) => [run.id, index % COLOURS]))
}

/** Bytes between finer parts belong to the outer one. */
function filled(runs: readonly Run[], outer: Run): Run[] {
  const all: Run[] = []
  let at = outer.from
  for (const run of runs) {
    if (run.from > at) all.push({ ...outer, from: at, to: run.from })
    all.push(run)
    at = run.to
  }
  if (at < outer.to) all.push({ ...outer, from: at })
  return all
}

/** The bytes of a frame as they are shown: hexadecimal, or as characters where nearly all of them are printable. */
export function readsAsText(bytes: readonly number[]): boolean {
  return bytes.length > 0 && bytes.filter(byte => byte < 0x20 || byte > 0x7e).length <= bytes.length * 0.05
}

/** A byte as a character; what has none is a dot. */
export function characterOf(byte: number): string {
  return byte === 0x20 ? '␣' : byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'
}
