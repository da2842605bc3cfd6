import { createHash, randomBytes } from 'node:crypto'
import { base32 } from './totp.ts'

const CODES = 10
/** 80 bits: one round of SHA-256 is enough to keep them by. */
const CODE_BYTES = 10

/** Codes for whoever lost the phone: each is taken once. Written in groups, read without them. */
export function recoveryCodes(): readonly string[] {
  return Array.from({ length: CODES }, () =>
    base32(randomBytes(CODE_BYTES))
      .toLowerCase()
      .replaceAll(/(.{4})(?=.)/g, '$1-'),
  )
}

/** What a recovery code is kept as; undefined for what can not be one. */
export function recoveryHash(code: string): string | undefined {
  const bare = code.toLowerCase().replaceAll(/[\s-]/g, '')
  return /^[a-z2-7]{16}$/.test(bare) ? createHash('sha256').update(bare).digest('hex') : undefined
}
