import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadCatalogue } from '../../../devices/catalogue.ts'
import { MAX_REGISTERS, readRequest } from '../../../devices/protocols/modbus/frame.ts'
import { readMapping } from '../../../devices/protocols/modbus/mapping.ts'
import { planPolls } from '../../../devices/protocols/modbus/plan.ts'
import type { Model } from '../../../gateway/model/device.ts'

const catalogue = await loadCatalogue()

function modelOf(mapping: object): Model {
  return { id: 't', maker: 't', title: { en: 't', zh: 't' }, kind: 'electricity-meter', protocol: 'modbus', source: 't', verified: 't', mapping }
}

/** What any plan must keep to, whatever the map. */
function checkPlan(model: Model): void {
  const mapping = readMapping(model)
  const plan = planPolls(model)
  for (const block of plan) {
    expect(block.count).toBeLessThanOrEqual(block.functionCode <= 2 ? 2000 : Math.min(mapping.largestBlock, MAX_REGISTERS))
    if (mapping.evenCounts) expect([block.address % 2, block.count % 2]).toEqual([0, 0])
    expect(() => readRequest(1, block)).not.toThrow()
  }
  for (const point of mapping.points) {
    const homes = plan.filter(
      block =>
        block.everyMs === point.everyMs &&
        point.parts.every(
          part => part.functionCode === block.functionCode && part.address >= block.address && part.address + part.span <= block.address + block.count,
        ),
    )
    expect(homes.length, point.field).toBeGreaterThan(0)
  }
}

test('SDM630: all electrical values are one read of at most 80, energies a slower one', () => {
  const model = catalogue.model('eastron-sdm630')?.model
  expect(model && planPolls(model)).toEqual([
    { functionCode: 4, address: 0, count: 72, everyMs: 10_000 },
    { functionCode: 4, address: 72, count: 4, everyMs: 60_000 },
  ])
})

test('TUF-2000M: numbers that count from 1 are addresses that count from 0, and the clock comes along', () => {
  const model = catalogue.model('tuf-2000m')?.model
  expect(model && planPolls(model)).toEqual([{ functionCode: 3, address: 0, count: 92, everyMs: 10_000 }])
})

test.each([...catalogue.models()].filter(entry => entry.model.protocol === 'modbus').map(entry => [entry.model.id, entry.model] as const))(
  '%s keeps to its limits',
  (_, model) => {
    checkPlan(model)
  },
)

describe('any map', () => {
  const point = fc.record({
    field: fc.constant('voltageL1'),
    address: fc.integer({ min: 2, max: 400 }),
    type: fc.constantFrom('u16', 'f32', 'f64'),
    function: fc.constantFrom(3, 4),
    every: fc.constantFrom('10s', '15m'),
  })
  const map = fc.record({
    read: fc.record({
      function: fc.constant(3),
      largestBlock: fc.integer({ min: 6, max: 125 }),
      largestGap: fc.integer({ min: 0, max: 30 }),
      evenCounts: fc.boolean(),
      firstAddress: fc.constantFrom(0, 1),
    }),
    points: fc.array(point, { minLength: 1, maxLength: 40 }),
  })

  test('is read whole, within its limits', () => {
    fc.assert(fc.property(map, mapping => checkPlan(modelOf(mapping))))
  })

  test('takes no gap wider than it may', () => {
    const mapping = { read: { function: 3, largestGap: 2 }, points: [0, 3, 6, 10].map(address => ({ field: 'voltageL1', address, type: 'u16' })) }
    expect(planPolls(modelOf(mapping)).map(block => [block.address, block.count])).toEqual([
      [0, 7],
      [10, 1],
    ])
  })

  test('a clock that fits no block with values is left out', () => {
    const clock = { address: 500, format: 'bcd', bytes: ['second', 'minute', 'hour', 'day', 'month', 'year'], zone: '+08:00' }
    const mapping = { read: { function: 3, largestGap: 2 }, clock, points: [{ field: 'voltageL1', address: 1, type: 'u16' }] }
    expect(planPolls(modelOf(mapping)).map(block => [block.address, block.count])).toEqual([[1, 1]])
  })
})

test.each([
  [{ points: [{ field: 'a', address: 0, type: 'u16' }], read: { function: 3, firstAddress: 1 } }, /points\[0\]\.address: expected an address from 1 on/],
  [{ points: [{ field: 'a', address: 65_535, type: 'u32' }], read: { function: 3 } }, /below 65536/],
  [{ points: [{ field: 'a', address: 0, type: 'f64' }], read: { function: 3, largestBlock: 2 } }, /within largestBlock \(2 registers\)/],
  [{ points: [{ field: 'a', address: 0, type: 'u16' }], read: { function: 1 } }, /points\[0\]\.type: expected type "bit" with function 1 or 2/],
  [{ points: [{ field: 'a', address: 0, type: 'u16', every: '2 weeks' }], read: { function: 3 } }, /points\[0\]\.every: expected a period/],
  [
    { points: [{ field: 'a', address: 0, type: 'u16', plus: [{ address: 2, type: 'u16', function: 4 }] }], read: { function: 3 } },
    /points\[0\]\.plus: expected all parts in one table/,
  ],
  [{ points: [], read: { function: 3 } }, /points: expected at least one point/],
  [{ read: { function: 3 } }, /points: expected a list of points/],
])('a wrong map is refused: %j', (mapping, expected) => {
  expect(() => planPolls(modelOf(mapping))).toThrow(expected)
})
