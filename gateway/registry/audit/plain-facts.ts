import { createHash } from 'node:crypto'
import type { AuditFacts } from '../../model/audit.ts'

/** Names, addresses and ids are shorter; what strangers bring is cut. */
const longestText = 256
/** What a device can hold takes a tenth of this. */
const longestFacts = 32_768
const deepest = 8
const leftOut = '(not kept)'

/** Fields whose values are never written, whatever they hold. */
const secretFields = /secret|password|passphrase|private_?key|recovery_?code|^(?:salt|token|cookie|otp|totp|pin)$/i
/** A token as `citygate token add` prints it, or a provisioning key with what stands behind it. */
const tokens = /(cg[tp])_([0-9a-z]+)_[A-Za-z0-9_.-]{16,}/gi

/** A text as it is kept: bounded, without control characters, which PostgreSQL can not hold all and terminals obey, and without tokens. */
export function plainText(text: string): string {
  const cut = text.length > longestText ? `${text.slice(0, longestText)}…` : text
  return withoutTokens(cut.toWellFormed().replaceAll(/\p{Cc}/gu, character => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`))
}

/** Facts as the JSON text that is kept: without secrets, and a digest in the place of what is too long. */
export function factsText(facts: AuditFacts): string {
  const text = JSON.stringify(plain(facts, 0))
  if (text.length <= longestFacts) return text
  return JSON.stringify({ tooLong: text.length, sha256: createHash('sha256').update(text).digest('hex') })
}

function plain(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return withoutTokens(value.toWellFormed())
  if (typeof value !== 'object' || value === null) return value
  // Bytes are keys and hashes.
  if (depth > deepest || ArrayBuffer.isView(value)) return leftOut
  if (Array.isArray(value)) return value.map(item => plain(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([field, inside]) => [field.toWellFormed(), isSecret(field, inside) ? leftOut : plain(inside, depth + 1)]),
  )
}

/** Whether there is one, and when it ends, may be told. */
function isSecret(field: string, value: unknown): boolean {
  return secretFields.test(field) && value !== null && typeof value !== 'boolean'
}

function withoutTokens(text: string): string {
  return text.replaceAll(tokens, (_, type: string, id: string) => `${type}_${id}_…`)
}
