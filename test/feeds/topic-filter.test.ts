import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stateFilter } from '../../gateway/feeds/state-filter.ts'
import { parseTopicFilter } from '../../gateway/model/topic-filter.ts'
import { topics } from '../../gateway/model/topics.ts'

describe('a topic filter', () => {
  // The examples of MQTT 3.1.1 § 4.7.1 and 4.7.2.
  it.each([
    ['sport/tennis/player1/#', 'sport/tennis/player1', true],
    ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
    ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
    ['sport/#', 'sport', true],
    ['#', 'sport/tennis', true],
    ['sport/tennis/+', 'sport/tennis/player1', true],
    ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
    ['sport/+', 'sport', false],
    ['sport/+', 'sport/', true],
    ['+/+', '/finance', true],
    ['/+', '/finance', true],
    ['+', '/finance', false],
    ['#', '$SYS/monitor/Clients', false],
    ['+/monitor/Clients', '$SYS/monitor/Clients', false],
    ['$SYS/#', '$SYS/monitor/Clients', true],
    ['$SYS/monitor/+', '$SYS/monitor/Clients', true],
    ['ACCOUNTS', 'Accounts', false],
  ])('%s matches %s: %s', (filter, topic, expected) => {
    expect(parseTopicFilter(filter)?.matches(topic)).toBe(expected)
  })

  it.each(['', 'sport/tennis#', 'sport/tennis/#/ranking', 'sport+', '#/', 'a\u0000b'])('%j is none', filter => {
    expect(parseTopicFilter(filter)).toBeUndefined()
  })

  const level = fc.constantFrom('', 'a', 'b', 'c', '$a')
  const topic = fc.array(level, { minLength: 1, maxLength: 5 })
  const filter = fc
    .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 5 }), fc.boolean())
    .map(([levels, many]) => [...levels, ...(many || levels.length === 0 ? ['#'] : [])])

  it('matches what a regular expression made from the rules matches', () => {
    fc.assert(
      fc.property(filter, topic, (filterLevels, topicLevels) => {
        const text = filterLevels.join('/')
        fc.pre(text !== '')
        const parsed = parseTopicFilter(text)
        expect(parsed?.matches(topicLevels.join('/'))).toBe(naive(text, topicLevels.join('/')))
        expect(parsed?.matchesLevels(topicLevels)).toBe(parsed?.matches(topicLevels.join('/')))
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('a filter of states', () => {
  const id = fc.constantFrom('a', 'b', 'state', 'city', 'v1')
  const levels = fc
    .tuple(
      fc.oneof({ weight: 4, arbitrary: fc.constant('city') }, { weight: 1, arbitrary: fc.constantFrom('+', 'a', '$a') }),
      fc.oneof({ weight: 4, arbitrary: fc.constant('v1') }, { weight: 1, arbitrary: fc.constantFrom('+', 'a') }),
      fc.oneof(id, fc.constant('+')),
      fc.oneof(id, fc.constant('+')),
      fc.oneof(id, fc.constant('+')),
      fc.constantFrom('state', 'reading', '+'),
    )
    .chain(all =>
      fc.tuple(fc.integer({ min: 0, max: 7 }), fc.boolean()).map(([cut, many]) => [...all.slice(0, cut), ...(many || cut === 0 ? ['#'] : [])].join('/')),
    )

  it('matches a device exactly when it matches the topic of its state', () => {
    fc.assert(
      fc.property(levels, id, id, id, (filter, org, kind, device) => {
        const parsed = stateFilter(filter)
        const expected = naive(filter, topics.state(org, kind, device))
        expect(parsed?.matches(org, kind, device) ?? false).toBe(expected)
        if (expected && parsed?.device !== undefined) expect(parsed.device).toBe(device)
      }),
      { numRuns: 2_000 },
    )
  })

  it('names the one device that it can match', () => {
    expect(stateFilter('city/v1/+/+/bus-1/state')?.device).toBe('bus-1')
    expect(stateFilter('city/v1/+/+/+/state')?.device).toBeUndefined()
    expect(stateFilter('city/v1/+/+/+/reading')).toBeUndefined()
    expect(stateFilter('live/v1/#')).toBeUndefined()
  })
})

/** MQTT 3.1.1 § 4.7 said as a regular expression. */
function naive(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && (filter.startsWith('#') || filter.startsWith('+'))) return false
  if (filter === '#') return true
  const many = filter.endsWith('/#')
  const body = (many ? filter.slice(0, -2) : filter)
    .split('/')
    .map(level => (level === '+' ? '[^/]*' : level.replaceAll('$', '\\$')))
    .join('/')
  return new RegExp(`^${body}${many ? '(/.*)?' : ''}$`).test(topic)
}
