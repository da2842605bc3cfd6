import { expect, it } from 'vitest'
import { endOf, nearness } from '../../dashboard/tokens/token-ending.ts'

const shanghai = 'Asia/Shanghai'
/** 20:00 in Shanghai. */
const now = Date.parse('2026-07-31T12:00:00Z')

it('ends so many days from now, never, or when the last day is over in the city', () => {
  expect(endOf('90d', '', now, shanghai)).toEqual({ at: '2026-10-29T12:00:00.000Z' })
  expect(endOf('never', '', now, shanghai)).toEqual({})
  expect(endOf('day', '2026-07-31', now, shanghai)).toEqual({ at: '2026-07-31T16:00:00.000Z' })
  // Clocks go back that night: the day has 25 hours.
  expect(endOf('day', '2026-10-25', now, 'Europe/Berlin')).toEqual({ at: '2026-10-25T23:00:00.000Z' })
})

it.each(['', '2026-07-30', '2026-13-01', '26-01-01', 'tomorrow'])('takes no last day %j', day => {
  expect(endOf('day', day, now, shanghai)).toBeUndefined()
})

it('says how near an end is', () => {
  const inDays = (days: number) => nearness(new Date(now + days * 86_400_000).toISOString(), now)
  expect([inDays(-1), inDays(0), inDays(0.01), inDays(14), inDays(14.01), nearness(undefined, now)]).toEqual(['over', 'over', 'soon', 'soon', 'later', 'never'])
})
