import { createHmac, randomBytes } from 'node:crypto'

const STEP_MS = 30_000
const DIGITS = 6
/** RFC 4648 § 6. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** 160 random bits, as long as what HMAC-SHA-1 makes (RFC 4226 § 4, R6). */
export function newTotpSecret(): Buffer {
  return randomBytes(20)
}

/** Base32 without padding, as people type it and apps read it. */
export function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value & 0x1f) << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += ALPHABET[(value >> bits) & 31]
    }
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text
}

/** The time step of a moment: RFC 6238 § 4.2, T0 = 0 and X = 30 s. */
export function stepAt(at: number): number {
  return Math.floor(at / STEP_MS)
}

/** The code of a time step: RFC 4226 § 5.3, with dynamic truncation, six digits. */
export function codeOf(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 15
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** DIGITS).padStart(DIGITS, '0')
}

/** The step whose code this is: now, the one before or the one after (RFC 6238 § 5.2 and 6), and none that is not after `used`, so that no code is taken twice. */
export function stepOf(code: string, secret: Uint8Array, now: number, used: number): number | undefined {
  const current = stepAt(now)
  return [current, current - 1, current + 1].find(step => step > used && codeOf(secret, step) === code)
}

/** What authenticator apps read from a QR code: Key URI Format, otpauth://totp/ISSUER:ACCOUNT. */
export function otpauthUri(person: string, secret: string): string {
  const query = new URLSearchParams({ secret, issuer: 'Citygate', algorithm: 'SHA1', digits: String(DIGITS), period: String(STEP_MS / 1000) })
  return `otpauth://totp/Citygate:${encodeURIComponent(person)}?${query.toString()}`
}
