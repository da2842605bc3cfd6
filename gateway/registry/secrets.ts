import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { DeviceId } from '../model/ids.ts'

/** A secret as it is kept. */
export interface SecretHash {
  readonly salt: Uint8Array
  readonly hash: Uint8Array
}

/** Secrets that are shorter are taken, because some devices can hold no longer ones, and warned about. */
export const shortSecret = 16
/** Longer ones are refused: no device needs them, and each sign-in hashes what it is given. */
export const longestSecret = 256

/** 256 random bits (a sixty-fourth of a bit less), as 43 characters that need no quoting in a shell, a URL, a YAML file or a spreadsheet: none begins like an option or a formula. */
export function newSecret(): string {
  const text = randomBytes(32).toString('base64url')
  return text.startsWith('-') ? newSecret() : text
}

/** A secret that follows from a key of 256 random bits and the device: whoever has the key can make it again, and nobody else. Of the same form as {@link newSecret}. */
export function derivedSecret(key: string, id: DeviceId, round = 0): string {
  const text = createHmac('sha256', key).update(`${round}:${id}`).digest('base64url')
  return text.startsWith('-') ? derivedSecret(key, id, round + 1) : text
}

/**
 * One round of salted SHA-256, on purpose. A slow hash (scrypt, Argon2) makes guessing dear where a secret has little to guess; 256 random bits can not be guessed at
 * any speed, and ten thousand devices that come back after a power cut would wait for a slow hash each. It is weaker for short secrets that someone made up:
 * hence the warning about those.
 */
export function hashSecret(secret: string): SecretHash {
  const salt = randomBytes(16)
  return { salt, hash: digest(salt, secret) }
}

/** Compares in a time that tells nothing about the secret. Without a hash to compare with it takes just as long, and the answer is no. */
export function secretMatches(secret: string, kept: SecretHash | undefined): boolean {
  const against = kept ?? nobody
  const given = digest(against.salt, secret.length > longestSecret ? '' : secret)
  return timingSafeEqual(given, against.hash) && kept !== undefined && secret !== ''
}

function digest(salt: Uint8Array, secret: string): Uint8Array {
  return hash('sha256', Buffer.concat([salt, Buffer.from(secret, 'utf8')]), 'buffer')
}

const nobody: SecretHash = { salt: new Uint8Array(16), hash: new Uint8Array(32) }
