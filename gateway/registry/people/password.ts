import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/** N, r and p of scrypt (RFC 7914 § 2). OWASP, Password Storage Cheat Sheet: 2^16, 8 and 2 take 64 MiB. */
const COST = { n: 65_536, r: 8, p: 2 }
const HASH_BYTES = 32
const kept = /^scrypt\$(\d{1,8})\$(\d{1,2})\$(\d{1,2})\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/

export const shortestPassword = 12
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

/** What is wrong with a password that somebody chooses; undefined: nothing. NIST SP 800-63B § 5.1.1.2: length counts, and what is known or can be guessed from the name; kinds of characters do not. */
export function passwordProblem(password: string, about: readonly string[]): string | undefined {
  const letters = Array.from(password.normalize('NFKC'))
  if (letters.length < shortestPassword)
    return `it is shorter than ${shortestPassword} characters: three or four words that do not belong together are long enough`
  if (letters.length > longestPassword) return `it is longer than ${longestPassword} characters`
  const plain = letters.join('').toLowerCase()
  const bare = plain.replaceAll(/[^\p{L}\p{N}]/gu, '')
  if (new Set(letters).size < 5) return 'it is made of very few different characters'
  if (isRun(bare) || repeats(plain)) return 'it is one row of characters, or one piece over and over'
  if (common.some(word => left(bare, word).length <= 4)) return 'it is among the first that anybody would try'
  const name = about.find(one => one.length >= 3 && left(plain, one.toLowerCase()).length < 6)
  return name === undefined ? undefined : 'it is little more than the name'
}

/** What every list of stolen passwords begins with, as pieces: alone, doubled or with a year behind they are as bad. */
const common = [
  'password',
  'passwort',
  'iloveyou',
  'qwertyuiop',
  'qwerty',
  'administrator',
  'admin',
  'welcome',
  'letmein',
  'changeme',
  'citygate',
  'shanghai',
  'dragon',
  'monkey',
  'football',
  'baseball',
  'superman',
  'trustno1',
  'woaini',
  '5201314',
  '1q2w3e4r5t',
  '1qaz2wsx3edc',
  'zaq12wsx',
  'asdfghjkl',
  '123456789',
  '123456',
  '123123',
]

function left(text: string, word: string): string {
  return text.replaceAll(word, '')
}

/** Each character the next or the one before, as in `abcdefghijkl` and `987654321098`. */
function isRun(text: string): boolean {
  const points = Array.from(text).map(letter => letter.codePointAt(0) ?? 0)
  const steps = points.slice(1).map((point, place) => Math.abs(point - (points[place] ?? 0)))
  return steps.length > 0 && steps.filter(step => step <= 1 || step === 9).length >= steps.length - 1
}

function repeats(text: string): boolean {
  return /^(.{1,4})\1+.{0,3}$/u.test(text)
}

/** NFKC, so that a letter typed on another keyboard is the same letter (RFC 8265 § 4.2 normalises likewise). */
function digest(password: string, salt: Uint8Array, { n, r, p }: typeof COST): Promise<Buffer> {
  const options: ScryptOptions = { N: n, r, p, maxmem: 256 * n * r }
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
