import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SubscriptionIndex } from '../../gateway/broker/subscription-index.ts'
import { parseTopicFilter } from '../../gateway/model/topic-filter.ts'

// Few names, so that filters and topics often meet.
const name = fc.constantFrom('a', 'b', 'c', '', '$x')
const topic = fc.array(name, { minLength: 1, maxLength: 5 }).map(levels => levels.join('/'))
// The empty text is no filter (4.7.3-1).
const filter = fc
  .tuple(fc.array(fc.oneof({ weight: 3, arbitrary: name }, { weight: 1, arbitrary: fc.constant('+') }), { minLength: 0, maxLength: 4 }), fc.boolean())
  .map(([levels, open]) => [...levels, ...(open || levels.length === 0 ? ['#'] : [])].join('/'))
  .filter(text => text !== '')

interface Step {
  readonly add: boolean
  readonly filter: string
  readonly value: number
}
const steps = fc.array(fc.record<Step>({ add: fc.boolean(), filter, value: fc.integer({ min: 0, max: 3 }) }), { maxLength: 30 })

/** The same in the simplest way: a list, and every filter asked. */
class Naive {
  readonly pairs = new Map<string, Step>()

  apply(step: Step): void {
    const key = `${step.value} ${step.filter}`
    if (step.add) this.pairs.set(key, step)
    else this.pairs.delete(key)
  }

  match(of: string): number[] {
    return [...this.pairs.values()].filter(pair => parseTopicFilter(pair.filter)?.matches(of)).map(pair => pair.value)
  }
}

function build(all: readonly Step[]): { index: SubscriptionIndex<number>; naive: Naive } {
  const index = new SubscriptionIndex<number>()
  const naive = new Naive()
  for (const step of all) {
    if (step.add) index.add(step.filter, step.value)
    else index.remove(step.filter, step.value)
    naive.apply(step)
  }
  return { index, naive }
}

test('finds what a plain list finds, whatever was added and removed', () => {
  fc.assert(
    fc.property(steps, topic, (all, asked) => {
      const { index, naive } = build(all)
      const expected = naive.match(asked)
      expect(index.match(asked).sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b))
      expect(index.wanted(asked)).toBe(expected.length > 0)
      expect(index.size).toBe(naive.pairs.size)
    }),
    { numRuns: 2_000 },
  )
})

test('wantedBelow is true when a topic below could match, and false when none could', () => {
  fc.assert(
    fc.property(steps, topic, (all, prefix) => {
      const { index, naive } = build(all)
      // A filter's own levels, with names put in for the wildcards below the prefix, is the topic that it would match there.
      const below = [...naive.pairs.values()].some(pair => {
        const levels = pair.filter.split('/')
        const tail = levels.slice(prefix.split('/').length).filter(level => level !== '#')
        const candidate = [prefix, ...tail.map(level => (level === '+' ? 'z' : level))].join('/')
        return parseTopicFilter(pair.filter)?.matches(candidate) || parseTopicFilter(pair.filter)?.matches(`${candidate}/z`)
      })
      if (prefix !== '' && !prefix.endsWith('/')) expect(index.wantedBelow(prefix)).toBe(below)
    }),
    { numRuns: 2_000 },
  )
})

test('a slash at the end of a prefix changes nothing', () => {
  const index = new SubscriptionIndex<number>()
  index.add('city/v1/+/bus/+/state', 1)
  for (const [prefix, expected] of [
    ['city/v1/o/bus', true],
    ['city/v1/o/bus/', true],
    ['city/v1/o', true],
    ['city', true],
    ['city/v1/o/water-meter', false],
    ['live/v1', false],
  ] as const) {
    expect([prefix, index.wantedBelow(prefix)]).toEqual([prefix, expected])
  }
})

test('an index from which all was removed is empty again', () => {
  fc.assert(
    fc.property(fc.array(filter, { maxLength: 20 }), all => {
      const index = new SubscriptionIndex<number>()
      for (const each of all) index.add(each, 1)
      for (const each of all) index.remove(each, 1)
      expect(index.size).toBe(0)
      for (const each of all) expect(index.wantedBelow(each.split('/')[0] ?? '')).toBe(false)
    }),
  )
})
