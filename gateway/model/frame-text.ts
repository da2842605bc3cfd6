/** Bytes as people copy them: `01 04 00`, `01:04:00`, `0x01,0x04`, `[01][04]`. Says what is no byte, or answers the bytes. */
export function readHex(text: string): { readonly bytes: Uint8Array } | { readonly problem: string } {
  const groups = text.split(/[\s:,;<>[\]-]+/).flatMap(group => (group === '' ? [] : [group.replace(/^0x/i, '')]))
  for (const group of groups) {
    const wrong = /[^0-9a-fA-F]/u.exec(group)
    if (wrong) return { problem: `'${wrong[0]}' is no hexadecimal digit` }
    if (group.length % 2 === 1) return { problem: `${group.length === 1 ? `'${group}' is half a byte` : `${group.length} digits in a row: a byte has two`}` }
  }
  return { bytes: Uint8Array.from(Buffer.from(groups.join(''), 'hex')) }
}

/**
 * The bytes of a frame of a text protocol as people copy it, in UTF-8. A frame that begins with `##` (HJ 212-2017 § 6.3.1) ends with CR LF, which is lost in copying:
 * it is put back where it is missing.
 */
export function readText(text: string): Uint8Array {
  const whole = text.startsWith('##') ? `${text.trimEnd()}\r\n` : text
  return new TextEncoder().encode(whole)
}
