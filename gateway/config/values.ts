import { z } from 'zod'
import { isAddressRange } from '../model/address-set.ts'

/** Text that stands for a number is taken too: a flag and a variable have nothing else. */
export function wholeNumber(least: number, most: number) {
  return z.preprocess(value => (typeof value === 'string' && /^[0-9]{1,15}$/.test(value.trim()) ? Number(value) : value), z.int().min(least).max(most))
}

const bytesOf: Readonly<Record<string, number>> = { '': 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KIB: 2 ** 10, MIB: 2 ** 20, GIB: 2 ** 30, TIB: 2 ** 40 }

/** Bytes as people write them: `2GB` is 2,000,000,000 and `2GiB` is 2,147,483,648 (IEC 80000-13). */
export function size(least: number) {
  return z.preprocess(value => (typeof value === 'string' ? sizeIn(value) : value), z.int().min(least))
}

function sizeIn(text: string): unknown {
  const [, digits, unit = ''] = /^([0-9]{1,15}(?:\.[0-9]{1,3})?)\s*([A-Za-z]*)$/.exec(text.trim()) ?? []
  const bytes = bytesOf[unit.toUpperCase()]
  return digits === undefined || bytes === undefined ? text : Math.round(Number(digits) * bytes)
}

const msOf: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3_600e3, d: 86_400e3, w: 7 * 86_400e3 }

/** A length of time as people write it, in milliseconds: `90s`, `30m`, `12h`, `7d`, `2w`. */
export function duration(leastMs: number) {
  return z.preprocess(value => (typeof value === 'string' ? durationIn(value) : value), z.int().min(leastMs))
}

function durationIn(text: string): unknown {
  return durationOf(text) ?? text
}

/** The milliseconds that a text such as `90s` or `7d` stands for; undefined for any other text. */
export function durationOf(text: string): number | undefined {
  const [, digits, unit = ''] = /^([0-9]{1,9}(?:\.[0-9]{1,3})?)\s*([smhdw])$/.exec(text.trim()) ?? []
  const ms = msOf[unit]
  return digits === undefined || ms === undefined ? undefined : Math.round(Number(digits) * ms)
}

/** A list of texts; a single one stands for a list of one. */
export function list(member: z.ZodString = text) {
  return z.preprocess(value => (typeof value === 'string' ? [value] : value), z.array(member).readonly())
}

/** A text that is not blank and holds no control character. */
export const text = z.string().regex(/^(?=.*\S)\P{Cc}+$/u)

/** A host to listen on or to reach: an address or a name. */
export const host = z.string().regex(/^[A-Za-z0-9_.:-]{1,253}$/)

/** An IP address, or a range of them. */
export const addressRange = z.string().refine(isAddressRange)

/** A URL of the web. One with a password in it is refused: URLs are logged. */
export const webUrl = z.string().refine(value => {
  if (!URL.canParse(value)) return false
  const url = new URL(value)
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
})

/** A provider of OpenID Connect: https, but for one on this machine; OpenID Connect Discovery 1.0 § 2: no query and no fragment. */
export const issuerUrl = webUrl.refine(value => isSecretEnough(value) && !/[?#]/.test(value))

/** The origin of a page, without a path: https, but for one on this machine. */
export const originUrl = webUrl.refine(value => isSecretEnough(value) && URL.canParse(value) && value.replace(/\/$/, '') === new URL(value).origin)

function isSecretEnough(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, hostname } = new URL(value)
  return protocol === 'https:' || isLoopback(hostname.replace(/^\[|\]$/g, ''))
}

/** A database of PostgreSQL: host, perhaps a port, a database, and whether the line is encrypted. Nothing that is a secret. */
export const databaseUrl = z.string().refine(value => {
  if (!/^postgres(?:ql)?:\/\//.test(value) || !URL.canParse(value)) return false
  const url = new URL(value)
  const known = [...url.searchParams].every(([name, mode]) => name === 'sslmode' && (mode === 'verify-full' || mode === 'disable'))
  return known && url.hostname !== '' && /^\/[^/\s]{1,63}$/.test(url.pathname) && url.username === '' && url.password === '' && url.hash === ''
})

/** A URL for a browser: absolute, or a path of this server. */
export const pageUrl = z.union([webUrl, z.string().regex(/^\/(?!\/)\S*$/)])

/** An IANA time zone that this Node knows. */
export const timeZone = z.string().refine(value => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
})

/** Whether a host can be reached from this machine only. */
export function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || /^127(\.[0-9]{1,3}){3}$/.test(name)
}
