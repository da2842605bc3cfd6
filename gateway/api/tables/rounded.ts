/** Without what differences and means of floating point leave behind. */
export function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
