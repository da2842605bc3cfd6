import type { ExplainedPart } from '../../../gateway/model/explanation.ts'
import type { Title } from '../../../gateway/model/kind.ts'

/** A part of at most so many bytes; nothing where the body has ended. */
export function take(body: Uint8Array, from: number, length: number, name: Title, value?: (bytes: Uint8Array) => string): ExplainedPart[] {
  const to = Math.min(from + length, body.length)
  if (to <= from) return []
  return [{ from, to, name, ...(value && { value: value(body.subarray(from, to)) }) }]
}
