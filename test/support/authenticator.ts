import { codeOf, stepAt } from '../../gateway/registry/people/totp.ts'

/** What an authenticator app shows for a secret in base32. */
export function shownBy(secret: string, at: number): string {
  const bits = Array.from(secret)
    .map(letter => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  const bytes = bits.match(/.{8}/g)?.map(byte => Number.parseInt(byte, 2)) ?? []
  return codeOf(Uint8Array.from(bytes), stepAt(at))
}
