/** Which bytes, as people count them from 0, the last included: `4` or `4–7`. */
export function spanText(from: number, to: number): string {
  return to - from === 1 ? String(from) : `${from}–${to - 1}`
}
