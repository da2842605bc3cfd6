import type { Device } from '../model/device.ts'
import { isId } from '../model/ids.ts'
import { memberProblem, readLinkUrl } from './link.ts'
import { longestSecret } from './secrets.ts'

/** What an id may be, for messages. */
export const idRule = '1 to 64 of A-Z a-z 0-9 . _ -'
const longestName = 128

/** Everything that is wrong with a device as far as it can be told from itself, each with the field's name. Empty when nothing is. */
export function deviceProblems(device: Device, secret?: string): readonly string[] {
  const problems: string[] = []
  const say = (field: string, problem: string | undefined | false): void => {
    if (problem !== undefined && problem !== false) problems.push(`${field}: ${problem}`)
  }
  say('id', !isId(device.id) && `'${device.id}' is no id: expected ${idRule}`)
  say('org', !isId(device.org) && `'${device.org}' is no id: expected ${idRule}`)
  say('model', !isId(device.model) && `'${device.model}' is no id: expected ${idRule}`)
  if (device.name !== undefined) say('name', nameProblem(device.name))
  if (device.place) {
    say('lat', outside(device.place.lat, 90))
    say('lon', outside(device.place.lon, 180))
  }
  if (device.behind !== undefined) {
    say('behind', !isId(device.behind) && `'${device.behind}' is no id: expected ${idRule}`)
    say('behind', device.behind === device.id && 'a device can not be behind itself')
  }
  if (device.link) {
    const { url, unit, address } = device.link
    const read = readLinkUrl(url)
    say('link', 'problem' in read && `'${url}': ${read.problem}`)
    if ('url' in read) say('unit', memberProblem(read.shared, unit, address))
  }
  if (secret !== undefined) say('secret', secretProblem(secret))
  return problems
}

function nameProblem(name: string): string | undefined {
  if (name.trim() === '') return 'is empty: leave it out instead'
  if (name.length > longestName) return `has ${name.length} characters: at most ${longestName} are kept`
  return /\p{Cc}/u.test(name) ? 'holds a control character' : undefined
}

function outside(degrees: number, limit: number): string | undefined {
  return Number.isFinite(degrees) && Math.abs(degrees) <= limit ? undefined : `${degrees} is outside -${limit} to ${limit} degrees`
}

function secretProblem(secret: string): string | undefined {
  if (secret === '') return 'is empty: leave it out to have one made'
  return secret.length > longestSecret ? `has ${secret.length} characters: at most ${longestSecret} are taken` : undefined
}
