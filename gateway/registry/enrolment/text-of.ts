import { tableInvalid } from './table-row.ts'

/** The text of a file as editors and spreadsheets save it: UTF-8, UTF-16 with a byte order mark, or GB 18030, which Chinese spreadsheets take for CSV. */
export function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return decoded(bytes, 'utf-16le') ?? unreadable()
  if (first === 0xfe && second === 0xff) return decoded(bytes, 'utf-16be') ?? unreadable()
  // Text in GB 18030 that is longer than a few characters is no UTF-8 by chance.
  return decoded(bytes, 'utf-8') ?? decoded(bytes, 'gb18030') ?? unreadable()
}

function decoded(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function unreadable(): never {
  throw tableInvalid(undefined, 'the file is neither UTF-8, UTF-16 nor GB 18030 text: save it as "CSV UTF-8", or as .xlsx')
}
