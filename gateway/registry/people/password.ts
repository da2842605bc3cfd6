import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/** N, r and p of scrypt (RFC 7914 § 2). OWASP, Password Storage Cheat Sheet: 2^16, 8 and 2 take 64 MiB. */
const COST = { n: 65_536, r: 8, p: 2 }
const HASH_BYTES = 32
const kept = /^scrypt\$(\d{1,8})\$(\d{1,2})\$(\d{1,2})\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/

/** In characters. Longer ones are refused: each is hashed. */
export const longestPassword = 256

/** A password as it is kept: with the cost it was hashed at, so that the cost may rise. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const { n, r, p } = COST
  return `scrypt$${n}$${r}$${p}$${salt.toString('base64url')}$${(await digest(password, salt, COST)).toString('base64url')}`
}

/** Whether this is the password. Without one to compare with it takes as long, and the answer is no. */
export async function passwordMatches(password: string, hash: string | undefined): Promise<boolean> {
  const [, n, r, p, salt = '', wanted = ''] = kept.exec(hash ?? '') ?? []
  const given = Array.from(password).length > longestPassword ? '' : password
  if (n === undefined || r === undefined || p === undefined) {
    await digest(given, Buffer.alloc(16), COST)
    return false
  }
  const found = await digest(given, Buffer.from(salt, 'base64url'), { n: Number(n), r: Number(r), p: Number(p) })
  return timingSafeEqual(found, Buffer.from(wanted, 'base64url')) && given !== ''
}

/** NFKC, so that a letter typed on another keyboard is the same letter (RFC 8265 § 4.2 normalises likewise). */
function digest(password: string, salt: Uint8Array, { n, r, p }: typeof COST): Promise<Buffer> {
  const options: ScryptOptions = { N: n, r, p, maxmem: 256 * n * r }
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
