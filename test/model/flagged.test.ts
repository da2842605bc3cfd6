import { describe, expect, it } from 'vitest'
import { kinds } from '../../devices/kinds/index.ts'
import { alarmFields, isFlagged } from '../../gateway/model/flagged.ts'
import type { Kind } from '../../gateway/model/kind.ts'
import type { LiveState } from '../../gateway/model/live.ts'
import type { ReadingFlags, Values } from '../../gateway/model/reading.ts'

const title = { en: '-', zh: '-' }
const lift: Kind = {
  id: 'lift',
  title,
  moves: false,
  staleAfterSeconds: 60,
  fields: { fault: { type: 'boolean', alarm: true, title }, running: { type: 'boolean', title }, alarms: { type: 'string', alarm: true, title } },
}

function state(values: Values, flags: ReadingFlags = {}): LiveState {
  const latest = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, at: 1 }]))
  return { device: 'l', org: 'o', kind: 'lift', model: 'm', at: 1, receivedAt: 1, values: latest, flags, revision: 1 }
}

describe('whether somebody should look at a device', () => {
  it.each<[string, Values, ReadingFlags, boolean]>([
    ['all is well', { fault: false, running: true, alarms: '' }, {}, false],
    ['nothing is known', {}, {}, false],
    ['an alarm stands', { fault: true }, {}, true],
    ['a text names alarms', { alarms: 'sos,overspeed' }, {}, true],
    ['something is true that is no alarm', { running: true }, {}, false],
    ['a value is out of range', {}, { outOfRange: ['position'] }, true],
    ['the device doubts a value', {}, { quality: { pm25: 'maintenance' } }, true],
    ['the clock is off', {}, { clockSuspect: true }, true],
    ['the reading came late', {}, { historical: true }, false],
  ])('%s', (_, values, flags, flagged) => {
    expect(isFlagged(state(values, flags), alarmFields(lift))).toBe(flagged)
  })

  it('knows no alarms of a kind that is not in the catalogue', () => {
    expect(alarmFields(undefined)).toEqual([])
  })

  it('hears what vehicles, lifts and cranes report', () => {
    const named = (id: string) => alarmFields(Array.from(kinds).find(kind => kind.id === id))
    expect([named('vehicle').includes('sos'), named('lift'), named('tower-crane')]).toEqual([true, ['fault'], ['overload']])
  })
})
