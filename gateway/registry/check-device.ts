import { type Device, stages } from '../model/device.ts'
import { isId } from '../model/ids.ts'
import { memberProblem, readLinkUrl } from './link.ts'
import { longestSecret } from './secrets.ts'

/** What an id may be, for messages. */
export const idRule = '1 to 64 of A-Z a-z 0-9 . _ -'
const longestName = 128
const longestTag = 32
const mostTags = 16
/** An input is repeated in a message up to here. */
const mostShown = 64

/** Everything that is wrong with a device as far as it can be told from itself, each with the field's name. Empty when nothing is. */
export function deviceProblems(device: Device, secret?: string): readonly string[] {
  const problems: string[] = []
  const say = (field: string, problem: string | undefined | false): void => {
    if (problem !== undefined && problem !== false) problems.push(`${field}: ${problem}`)
  }
  say('id', notId(device.id))
  say('org', notId(device.org))
  say('model', notId(device.model))
  if (device.name !== undefined) say('name', nameProblem(device.name, longestName))
  if (device.group !== undefined) say('group', nameProblem(device.group, longestName))
  say('tags', tagsProblem(device.tags ?? []))
  if (device.sim !== undefined)
    say('sim', !isIccid(device.sim) && `${quoted(device.sim)}: expected the number on the SIM (ICCID), 18 to 20 digits that begin with 89`)
  if (device.stage !== undefined) say('stage', !stages.includes(device.stage) && `${quoted(device.stage)}: expected ${stages.join(', ')}`)
  if (device.place) {
    say('lat', outside(device.place.lat, 90))
    say('lon', outside(device.place.lon, 180))
  }
  if (device.behind !== undefined) {
    say('behind', notId(device.behind))
    say('behind', device.behind === device.id && 'a device can not be behind itself')
  }
  if (device.link) {
    const { url, unit, address } = device.link
    const read = readLinkUrl(url)
    say('link', 'problem' in read && `${quoted(url)}: ${read.problem}`)
    if ('url' in read) say('unit', memberProblem(read.shared, unit, address))
  }
  if (secret !== undefined) say('secret', secretProblem(secret))
  return problems
}

function notId(text: string): string | undefined {
  return isId(text) ? undefined : `${quoted(text)} is no id: expected ${idRule}`
}

function nameProblem(name: string, longest: number): string | undefined {
  if (name.trim() === '') return 'is empty: leave it out instead'
  if (name.length > longest) return `has ${name.length} characters: at most ${longest} are kept`
  if (!name.isWellFormed()) return 'holds half a character (a lone surrogate)'
  return /\p{Cc}/u.test(name) ? 'holds a control character' : undefined
}

function tagsProblem(tags: readonly string[]): string | undefined {
  if (tags.length > mostTags) return `are ${tags.length}: at most ${mostTags} are kept`
  if (new Set(tags).size < tags.length) return 'name the same tag twice'
  const bad = tags.find(tag => !/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._:-]*$/u.test(tag) || tag.length > longestTag)
  return bad === undefined ? undefined : `${quoted(bad)}: expected 1 to ${longestTag} letters, digits and . _ : -, beginning with a letter or digit`
}

/** ITU-T E.118: 89 for telecommunication, then at most 17 digits; cards hold twenty half-bytes (3GPP TS 11.11, 10.1.1), and some carriers print letters A to F. */
function isIccid(text: string): boolean {
  return /^89[0-9A-F]{16,18}$/.test(text)
}

/** An input as a message repeats it: not at any length, and nothing in it that moves a terminal's cursor. */
export function quoted(text: string): string {
  const cut = text.length > mostShown ? `${text.slice(0, mostShown).toWellFormed()}…` : text.toWellFormed()
  return `'${cut.replaceAll(/\p{Cc}/gu, character => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)}'`
}

function outside(degrees: number, limit: number): string | undefined {
  return Number.isFinite(degrees) && Math.abs(degrees) <= limit ? undefined : `${degrees} is outside -${limit} to ${limit} degrees`
}

/** Says what is wrong with a secret, without repeating it. */
export function secretProblem(secret: string): string | undefined {
  if (secret === '') return 'is empty: leave it out to have one made'
  return secret.length > longestSecret ? `has ${secret.length} characters: at most ${longestSecret} are taken` : undefined
}
