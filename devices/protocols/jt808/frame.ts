/** JT/T 808-2019 § 4.4.1: a frame begins and ends with 0x7E. */
export const FLAG = 0x7e
const ESCAPE = 0x7d
/** Escaped frames are at most twice as long as a header of 17 bytes with a sub-package's four, a body of 1,023, a check byte, and the flags. */
export const LONGEST_FRAME = 2 * (17 + 4 + 1023 + 1) + 2

/** What was found in a stream. */
export interface FoundFrames {
  /** Frames as they came, escaped, with their flags; what is in them may still be wrong. Copies. */
  readonly frames: readonly Uint8Array[]
  /** Bytes that belong to no frame, and were passed over. */
  readonly junk: number
}

/**
 * Finds frames in a stream, of which it keeps no more than one frame's beginning. Whatever stands between two flags is a frame, so that it is in step again after any junk, after
 * half a frame, and where a terminal sends one flag between two frames instead of two.
 */
export class FrameFinder {
  #begun: Uint8Array = new Uint8Array(0)
  /** A flag was seen: what follows may be a frame. */
  #open = false

  /** Takes the next bytes of the stream. */
  take(chunk: Uint8Array): FoundFrames {
    const bytes = this.#begun.length === 0 ? chunk : joined(this.#begun, chunk)
    const frames: Uint8Array[] = []
    let junk = 0
    let at = 0
    if (!this.#open) {
      const flag = bytes.indexOf(FLAG)
      if (flag < 0) return { frames, junk: bytes.length }
      junk += flag
      at = flag + 1
      this.#open = true
    } else if (this.#begun.length > 0) at = 1
    for (;;) {
      const flag = bytes.indexOf(FLAG, at)
      if (flag < 0) break
      const length = flag - at + 2
      if (length > LONGEST_FRAME) junk += length - 1
      else if (length > 2) frames.push(framed(bytes, at, flag))
      at = flag + 1
    }
    if (bytes.length - at + 2 > LONGEST_FRAME) {
      // Too long for a frame: nothing is one before the next flag.
      junk += bytes.length - at
      this.#open = false
      this.#begun = new Uint8Array(0)
    } else this.#begun = at === bytes.length ? new Uint8Array(0) : framed(bytes, at, bytes.length).subarray(0, -1)
    return { frames, junk }
  }
}

function joined(begun: Uint8Array, chunk: Uint8Array): Uint8Array {
  const both = new Uint8Array(begun.length + chunk.length)
  both.set(begun)
  both.set(chunk, begun.length)
  return both
}

function framed(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const frame = new Uint8Array(to - from + 2)
  frame[0] = FLAG
  frame.set(bytes.subarray(from, to), 1)
  frame[frame.length - 1] = FLAG
  return frame
}

/** Takes the escapes out of what stands between two flags (§ 4.4.2: 7D 02 is 7E, 7D 01 is 7D). A view where there are none. Undefined: an escape that is none. */
export function unescaped(bytes: Uint8Array, from: number, to: number): Uint8Array | undefined {
  const first = bytes.indexOf(ESCAPE, from)
  if (first < 0 || first >= to) return bytes.subarray(from, to)
  const plain = new Uint8Array(to - from)
  plain.set(bytes.subarray(from, first))
  let length = first - from
  for (let at = first; at < to; at++) {
    let byte = bytes[at] ?? 0
    if (byte === ESCAPE) {
      const next = at + 1 < to ? bytes[++at] : undefined
      if (next !== 1 && next !== 2) return undefined
      byte = ESCAPE + next - 1
    }
    plain[length++] = byte
  }
  return plain.subarray(0, length)
}

/** Escapes a message with its check byte, and puts flags around it. */
export function escaped(message: Uint8Array): Uint8Array {
  let extra = 0
  for (const byte of message) if (byte === FLAG || byte === ESCAPE) extra++
  const frame = new Uint8Array(message.length + extra + 2)
  let at = 0
  frame[at++] = FLAG
  for (const byte of message) {
    if (byte === FLAG || byte === ESCAPE) {
      frame[at++] = ESCAPE
      frame[at++] = byte === FLAG ? 2 : 1
    } else frame[at++] = byte
  }
  frame[at] = FLAG
  return frame
}

/** The check byte of § 4.4.4: all bytes from the message id on, XORed. */
export function checkByte(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0
  for (let at = from; at < to; at++) sum ^= bytes[at] ?? 0
  return sum
}
