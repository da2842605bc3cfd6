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
