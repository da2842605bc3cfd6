/** A run of bytes: from its first to before `to`. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Bytes as people may see them. */
export interface MaskedBytes {
  readonly bytes: Uint8Array
  /** Where `*` stands in the place of what came. */
  readonly masked: readonly Span[]
}

const ASTERISK = 0x2a

/** A copy with `*` in these places; the bytes themselves where there are none. */
export function maskedBytes(bytes: Uint8Array, secrets: readonly Span[]): MaskedBytes {
  const masked = secrets.map(({ from, to }) => ({ from, to: Math.min(to, bytes.length) })).filter(({ from, to }) => from < to)
  if (masked.length === 0) return { bytes, masked }
  const copy = Uint8Array.from(bytes)
  for (const { from, to } of masked) copy.fill(ASTERISK, from, to)
  return { bytes: copy, masked }
}
