import { isKeyboardPath } from './keyboard.ts'
import { longestPassword } from './password.ts'

const shortestPassword = 12
/** Characters that may stand beside what everybody knows without making it any better: an exclamation mark, a year, a digit or three. */
const DRESSING = 4
/** Shorter pieces stand in every sentence. */
const SHORTEST_PIECE = 4
const LONGEST_PIECE = 32

/** What a password is held against. */
export interface KnownToOthers {
  /** What people choose most, in lower case. */
  readonly common: ReadonlySet<string>
  /** Names of the person and of where they work. */
  readonly about: readonly string[]
}

/** What is wrong with a password that somebody chooses; undefined: nothing. NIST SP 800-63B § 5.1.1.2: length counts, and what is known or can be guessed; kinds of characters do not. */
export function passwordProblem(password: string, { common, about }: KnownToOthers): string | undefined {
  const letters = Array.from(password.normalize('NFKC'))
  if (letters.length < shortestPassword)
    return `it is shorter than ${shortestPassword} characters: three or four words that do not belong together are long enough`
  if (letters.length > longestPassword) return `it is longer than ${longestPassword} characters`
  const plain = letters.join('').toLowerCase()
  const bare = plain.replaceAll(/[^\p{L}\p{N}]/gu, '')
  if (new Set(letters).size < 5) return 'it is made of very few different characters'
  if (isRun(bare) || repeats(plain)) return 'it is one row of characters, or one piece over and over'
  if (isKeyboardPath(plain, DRESSING)) return 'it is a path over the keyboard'
  if ([bare, spelledOut(withoutYears(plain))].some(text => isDressed(text, common))) return 'it is among the first that anybody would try'
  const name = about.find(one => one.length >= 3 && left(plain, one.toLowerCase()).length < 6)
  return name === undefined ? undefined : 'it is little more than a name'
}

/** Whether it is one common piece, alone, doubled, or with a little at its ends. */
function isDressed(text: string, common: ReadonlySet<string>): boolean {
  const seen = new Set<string>()
  for (let from = 0; from < text.length; from++) {
    for (let to = from + SHORTEST_PIECE; to <= Math.min(text.length, from + LONGEST_PIECE); to++) {
      const piece = text.slice(from, to)
      if (seen.has(piece) || !common.has(piece)) continue
      seen.add(piece)
      if (left(text, piece).length <= DRESSING) return true
    }
  }
  return false
}

function withoutYears(text: string): string {
  return text.replaceAll(/(?:19|20)\d\d/g, '')
}

/** Without a piece, and without years. */
function left(text: string, piece: string): string {
  return withoutYears(text.replaceAll(piece, ''))
}

/** `p@ssw0rd` as the word that is meant. */
function spelledOut(text: string): string {
  return text.replaceAll(/[@4031!$57]/g, sign => meant.get(sign) ?? sign).replaceAll(/[^\p{L}\p{N}]/gu, '')
}

const meant: ReadonlyMap<string, string> = new Map([
  ['@', 'a'],
  ['4', 'a'],
  ['0', 'o'],
  ['3', 'e'],
  ['1', 'i'],
  ['!', 'i'],
  ['$', 's'],
  ['5', 's'],
  ['7', 't'],
])

/** Each character the next or the one before, as in `abcdefghijkl` and `987654321098`. */
function isRun(text: string): boolean {
  const points = Array.from(text).map(letter => letter.codePointAt(0) ?? 0)
  const steps = points.slice(1).map((point, place) => Math.abs(point - (points[place] ?? 0)))
  return steps.length > 0 && steps.filter(step => step <= 1 || step === 9).length >= steps.length - 1
}

function repeats(text: string): boolean {
  return /^(.{1,4})\1+.{0,3}$/u.test(text)
}
