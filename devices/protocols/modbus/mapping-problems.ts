import type { MappingProblem } from '../mapping-error.ts'
import type { Condition } from './conditions.ts'
import { MAX_BITS } from './frame.ts'
import { isPollPeriod, type MappingJson } from './mapping-schema.ts'
import type { ModbusMapping, Point } from './register-map.ts'
import { type Part, parsePeriod } from './register-schema.ts'
import { writeProblems } from './writes.ts'

type Say = (key: string, message: string) => void

/** What the schema cannot say: that each value can be had with one read the device allows, and that what belongs together fits together. */
export function mappingProblems(mapping: ModbusMapping, json: MappingJson): MappingProblem[] {
  const problems: MappingProblem[] = []
  for (const [index, point] of mapping.points.entries()) {
    const say: Say = (key, message) => problems.push({ path: ['points', index, key], message })
    placeProblems(point, mapping, json.read.firstAddress, say)
    togetherProblems(point, say)
    const { every } = json.points[index] ?? {}
    if (every !== undefined && json.read.groups[every] === undefined && !isPollPeriod(parsePeriod(every))) say('every', periodMessage(json))
  }
  for (const [index, condition] of mapping.conditions.entries()) {
    const fields = new Set(mapping.points.map(point => point.field))
    conditionProblems(condition, fields, (key, message) => problems.push({ path: ['quality', index, key], message }))
  }
  for (const [index, [from, to]] of mapping.unreadable.entries()) {
    if (from > to || from < 0 || to > 0xffff)
      problems.push({ path: ['read', 'unreadable', index], message: 'expected the first address before the last, both on the wire' })
  }
  return [...problems, ...clockProblems(mapping), ...writeProblems(mapping.writes, json.writes ?? [])]
}

function periodMessage({ read }: MappingJson): string {
  const names = Object.keys(read.groups)
  return `expected a period such as "10s", "15m" or "1h", from 100ms to 24h${names.length > 0 ? `, or a group: ${names.join(', ')}` : ''}`
}

function placeProblems({ parts }: Point, { largestBlock, unreadable }: ModbusMapping, firstAddress: number, say: Say): void {
  const first = Math.min(...parts.map(each => each.address))
  const end = Math.max(...parts.map(each => each.address + each.span))
  const functions = new Set(parts.map(each => each.functionCode))
  const bits = [...functions].some(code => code <= 2)
  if (first < 0) say('address', `expected an address from ${firstAddress} on, as firstAddress is ${firstAddress}`)
  if (end > 0x10000) say('address', 'expected an address whose registers all lie below 65536')
  if (functions.size > 1) say('plus', 'expected all parts in one table: the functions differ')
  if (end - first > (bits ? MAX_BITS : largestBlock)) say('address', `expected a value within largestBlock (${largestBlock} registers)`)
  if (unreadable.some(([from, to]) => from < end && first <= to)) say('address', 'expected an address outside the unreadable ranges')
}

function togetherProblems({ parts, values, times, offset }: Point, say: Say): void {
  const [first] = parts
  const numbers = parts.every(isNumber)
  for (const each of parts) partProblems(each, say)
  if (parts.length > 1 && (values !== undefined || !numbers)) say('plus', 'expected numbers: bits, texts and named values cannot be added up')
  if (times.length === 0) return
  if (values !== undefined || !(numbers || first?.type === 'bits')) say('times', 'expected a number: bits, texts and named values cannot be multiplied')
  if (offset !== 0) say('times', 'expected no offset beside multipliers')
  for (const { part } of times) {
    partProblems(part, (_, message) => say('times', message))
    if (!isNumber(part) && part.type !== 'bits') say('times', 'expected registers that hold a number')
  }
}

function partProblems(part: Part, say: Say): void {
  if (part.functionCode <= 2 && part.type !== 'bit') say('type', 'expected type "bit" with function 1 or 2')
  if (part.type === 'bits' && part.bit + part.width > 16)
    say('width', `expected bits within one register: ${part.width} from bit ${part.bit} on do not fit into 16`)
}

function isNumber({ type }: Part): boolean {
  return type !== 'bit' && type !== 'bits' && type !== 'string'
}

function conditionProblems(condition: Condition, mapped: ReadonlySet<string>, say: Say): void {
  const { part, is, isNot, fields } = condition
  if ((is === undefined) === (isNot === undefined)) say('is', 'expected either "is" or "isNot"')
  if (part.type === 'string') say('type', 'expected a number or bits')
  if (part.type === 'bit' && (is ?? isNot ?? []).some(raw => raw !== 0 && raw !== 1)) say(is ? 'is' : 'isNot', 'expected 0 or 1: a bit holds nothing else')
  if (part.address < 0 || part.address + part.span > 0x10000) say('address', 'expected an address within 0 to 65535 on the wire')
  partProblems(part, say)
  const unknown = fields?.find(field => !mapped.has(field))
  if (unknown !== undefined) say('fields', `no point has the field "${unknown}"; there are ${[...mapped].join(', ')}`)
}

function clockProblems({ clock }: ModbusMapping): MappingProblem[] {
  if (!clock) return []
  if (clock.functionCode <= 2) return [{ path: ['clock', 'function'], message: 'expected function 3 or 4: a clock lies in registers' }]
  if (clock.address < 0 || clock.address + clock.span > 0x10000) return [{ path: ['clock', 'address'], message: 'expected registers from 0 to 65535' }]
  return []
}
