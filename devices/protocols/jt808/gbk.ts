/** Texts in JT/T 808 are GBK (2013 § 4.2). */
const decoder = new TextDecoder('gbk')

/** Reads a text; the zero bytes and blanks that fill up its field are left out. */
export function gbkText(bytes: Uint8Array): string {
  return decoder.decode(bytes).replaceAll('\0', ' ').trim()
}

/** Writes a text. What GBK does not have becomes a question mark. */
export function gbkBytes(text: string): Uint8Array {
  const bytes: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x80) bytes.push(code)
    else {
      const pair = pairOf(character)
      if (pair === undefined) bytes.push(0x3f)
      else bytes.push(pair >> 8, pair & 0xff)
    }
  }
  return Uint8Array.from(bytes)
}

let pairs: ReadonlyMap<string, number> | undefined

/** The platform has no encoder for GBK: its own decoder is asked once for all pairs there are. */
function pairOf(character: string): number | undefined {
  pairs ??= readPairs()
  return pairs.get(character)
}

function readPairs(): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (let high = 0x81; high <= 0xfe; high++) {
    for (let low = 0x40; low <= 0xfe; low++) {
      if (low === 0x7f) continue
      const character = decoder.decode(Uint8Array.of(high, low))
      if (character.length === 1 && character !== '\uFFFD' && !found.has(character)) found.set(character, (high << 8) | low)
    }
  }
  return found
}
