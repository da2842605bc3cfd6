import { GatewayError } from '../../model/errors.ts'

/** What a template finds at the start of some bytes: nothing, the beginning of what may become one, or a whole packet that ends before `to`. */
export type PacketMatch = 'none' | 'more' | { readonly to: number; readonly id?: string; readonly unit?: number }

/** The form of a registration packet or a heartbeat, as the engineer wrote it. */
export interface PacketTemplate {
  readonly text: string
  /** Looks at what stands from `from` on. `ended`: nothing more is to come for now, so that a packet without an end of its own ends here. */
  match(bytes: Uint8Array, from: number, ended: boolean): PacketMatch
}

/** A part of a template: takes bytes from `at` and says where it ends. `open`: the next byte could belong to it too. */
interface Part {
  take(bytes: Uint8Array, at: number): { readonly to: number; readonly open?: true; readonly id?: string; readonly unit?: number } | 'none' | 'more'
}

/** The longest packet a DTU may be told to register with; those seen have less than 70 bytes. */
const LONGEST_TEMPLATE = 256
const ID_CHARACTERS = /^[A-Za-z0-9._-]$/

/**
 * Reads a template. Characters stand for themselves; `\r`, `\n`, `\t`, `\\`, `\{` and `\xHH` for one byte. `{id}` is a name of 1 to 64 of A-Z a-z 0-9 . _ -, `{id:4-20}` one of so many
 * characters, `{imei}` an IMEI's 15 digits, `{bcd}` the same in 8 bytes of BCD, `{unit}` one byte that is none of the name. `TEMPLATE => NAME` names the DTU of a packet that is always the same.
 * Throws `CONFIG_INVALID` that says what is wrong with it.
 */
export function readTemplate(text: string): PacketTemplate {
  const [, form = text, name] = /^(.*?)\s=>\s([A-Za-z0-9._-]{1,64})$/s.exec(text) ?? []
  if (form.length > LONGEST_TEMPLATE) throw wrong(text, `it has more than ${LONGEST_TEMPLATE} characters`)
  const parts = partsOf(form, text)
  if (parts.length === 0) throw wrong(text, 'it is empty')
  // A name and nothing that marks it: then it has to be a packet of its own, or half of any frame would be a name.
  if (/^\{id[^}]*\}$/.test(form)) parts.push({ take: endOfPacket })
  return { text, match: (bytes, from, ended) => matchParts(parts, bytes, from, ended, name) }
}

function matchParts(parts: readonly Part[], bytes: Uint8Array, from: number, ended: boolean, name: string | undefined): PacketMatch {
  let at = from
  let id = name
  let unit: number | undefined
  let open = false
  for (const part of parts) {
    const taken = part.take(bytes, at)
    if (taken === 'none') return 'none'
    if (taken === 'more') return ended ? 'none' : 'more'
    at = taken.to
    open = taken.open === true
    id = taken.id ?? id
    unit = taken.unit ?? unit
  }
  // Its last byte is the last there is: the next one may belong to it.
  if (open && !ended) return 'more'
  return { to: at, ...(id !== undefined && { id }), ...(unit !== undefined && { unit }) }
}

function partsOf(form: string, text: string): Part[] {
  const parts: Part[] = []
  let afterId = false
  for (const [token] of form.matchAll(/\\x[0-9A-Fa-f]{2}|\\.|\{[^}]*\}|[^\\{]|[\\{]/gsu)) {
    const placeholder = /^\{([^}]*)\}$/s.exec(token)?.[1]
    if (placeholder === undefined) {
      const bytes = literalBytes(token)
      if (bytes === undefined) throw wrong(text, `${token} stands for no byte: write \\r, \\n, \\t, \\\\, \\{ or \\xHH`)
      if (afterId && ID_CHARACTERS.test(String.fromCharCode(bytes[0] ?? 0))) throw wrong(text, `nothing tells where the name ends and '${token}' begins`)
      afterId = false
      parts.push(...Array.from(bytes, literal))
      continue
    }
    const part = placeholderPart(placeholder)
    if (part === undefined) throw wrong(text, `there is no {${placeholder}}: expected {id}, {id:4-20}, {imei}, {bcd} or {unit}`)
    afterId = placeholder.startsWith('id')
    parts.push(part)
  }
  return parts
}

function literalBytes(token: string): Uint8Array | undefined {
  const hex = /^\\x([0-9A-Fa-f]{2})$/.exec(token)?.[1]
  if (hex !== undefined) return Uint8Array.of(Number.parseInt(hex, 16))
  if (token === '\\' || token === '{') return undefined
  if (!token.startsWith('\\')) return new TextEncoder().encode(token)
  const byte = { '\\r': 0x0d, '\\n': 0x0a, '\\t': 0x09, '\\\\': 0x5c, '\\{': 0x7b }[token]
  return byte === undefined ? undefined : Uint8Array.of(byte)
}

function placeholderPart(name: string): Part | undefined {
  if (name === 'imei') return { take: (bytes, at) => characters(bytes, at, isDigit, 15, 15) }
  if (name === 'bcd') return { take: bcdImei }
  if (name === 'unit') return { take: (bytes, at) => (at < bytes.length ? { to: at + 1, unit: bytes[at] ?? 0 } : 'more') }
  const [, least, most] = /^id(?::(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(name) ?? []
  if (!name.startsWith('id') || (name !== 'id' && least === undefined)) return undefined
  const [from, to] = [Number(least ?? 1), Number(most ?? least ?? 64)]
  return from < 1 || to > 64 || from > to ? undefined : { take: (bytes, at) => characters(bytes, at, isIdCharacter, from, to) }
}

function endOfPacket(bytes: Uint8Array, at: number): ReturnType<Part['take']> {
  if (at >= bytes.length) return { to: at, open: true }
  return isLineEnd(bytes[at] ?? 0) ? { to: at } : 'none'
}

/** CR or LF, which DTUs put behind packets or do not, by their settings. */
export function isLineEnd(byte: number): boolean {
  return byte === 0x0d || byte === 0x0a
}

function literal(byte: number): Part {
  return { take: (bytes, at) => (at >= bytes.length ? 'more' : bytes[at] === byte ? { to: at + 1 } : 'none') }
}

/** As many characters as there are, which must be neither fewer nor more than so many. */
function characters(bytes: Uint8Array, at: number, belongs: (byte: number) => boolean, least: number, most: number): ReturnType<Part['take']> {
  let to = at
  while (to < bytes.length && to - at <= most && belongs(bytes[to] ?? 0)) to++
  if (to - at > most) return 'none'
  if (to === bytes.length && to - at < least) return 'more'
  if (to - at < least) return 'none'
  return { to, id: String.fromCharCode(...bytes.subarray(at, to)), ...(to === bytes.length && { open: true as const }) }
}

/**
 * An IMEI as 8 bytes of BCD, with a filling 0 in front. Its check digit must hold (3GPP TS 23.003 annex B), for eight bytes may be anything.
 */
function bcdImei(bytes: Uint8Array, at: number): ReturnType<Part['take']> {
  const given = Buffer.from(bytes.subarray(at, at + 8)).toString('hex')
  if (!/^(0\d*)?$/.test(given)) return 'none'
  if (given.length < 16) return 'more'
  const id = given.slice(1)
  return luhnHolds(id) ? { to: at + 8, id } : 'none'
}

function luhnHolds(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]) * (index % 2 === 1 ? 2 : 1)
    sum += digit > 9 ? digit - 9 : digit
  }
  return sum % 10 === 0
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

function isIdCharacter(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x2d || byte === 0x2e || byte === 0x5f
}

function wrong(text: string, why: string): GatewayError {
  return new GatewayError('CONFIG_INVALID', `a DTU's packet '${text}' can not be read: ${why}`)
}
