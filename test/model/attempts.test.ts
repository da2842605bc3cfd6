import { expect, test } from 'vitest'
import { AttemptLimiter, type AttemptRules, deviceAttemptRules, personAttemptRules } from '../../gateway/model/attempts.ts'

const home = '203.0.113.7'
const elsewhere = '198.51.100.9'

function limiterOf(rules: Partial<AttemptRules> = {}): { limiter: AttemptLimiter; pass: (ms: number) => void } {
  let now = 1_000
  const limiter = new AttemptLimiter({ rules: { ...deviceAttemptRules, ...rules }, clock: () => now })
  return { limiter, pass: ms => (now += ms) }
}

/** Whether it was looked at; then it was wrong. */
function wrong(limiter: AttemptLimiter, name: string, address: string): boolean {
  return limiter.begin(name, address).allowed
}

function right(limiter: AttemptLimiter, name: string, address: string): boolean {
  const attempt = limiter.begin(name, address)
  if (attempt.allowed) attempt.right()
  return attempt.allowed
}

test('a name is locked for the address after so many wrong secrets, for twice as long each time, and not for other addresses', () => {
  const { limiter, pass } = limiterOf({ wrongsBeforeLock: 3, firstLockMs: 1_000, longestLockMs: 3_000 })
  expect([1, 2, 3].map(() => wrong(limiter, 'bus-1', elsewhere))).toEqual([true, true, true])
  expect(limiter.begin('bus-1', elsewhere)).toEqual({ allowed: false, by: 'name', retryAfterMs: 1_000 })
  expect(right(limiter, 'bus-1', home)).toBe(true)
  expect(right(limiter, 'bus-2', elsewhere)).toBe(true)
  pass(1_000)
  expect(wrong(limiter, 'bus-1', elsewhere)).toBe(true)
  expect(limiter.begin('bus-1', elsewhere)).toMatchObject({ retryAfterMs: 2_000 })
  pass(2_000)
  expect(wrong(limiter, 'bus-1', elsewhere)).toBe(true)
  expect(limiter.begin('bus-1', elsewhere)).toMatchObject({ retryAfterMs: 3_000 })
  pass(3_000)
  expect(right(limiter, 'bus-1', elsewhere)).toBe(true)
  expect(limiter.figures).toMatchObject({ lockedNames: 0, locks: 3, refused: 3 })
})

test('attempts while it is locked do not make the lock longer', () => {
  const { limiter, pass } = limiterOf({ wrongsBeforeLock: 1, firstLockMs: 1_000 })
  wrong(limiter, 'bus-1', home)
  for (let n = 0; n < 100; n++) {
    pass(9)
    expect(wrong(limiter, 'bus-1', home)).toBe(false)
  }
  pass(100)
  expect(right(limiter, 'bus-1', home)).toBe(true)
})

test('an address that tries many names is locked, save for those that have been right from there; its neighbours notice nothing', () => {
  const { limiter, pass } = limiterOf({ wrongsPerAddress: 20, wrongsPerAddressPerSecond: 1 })
  expect(right(limiter, 'bus-1', home)).toBe(true)
  for (let n = 0; n < 20; n++) expect(wrong(limiter, `guess-${n}`, home)).toBe(true)
  expect(limiter.begin('guess-20', home)).toEqual({ allowed: false, by: 'address', retryAfterMs: 1_000 })
  expect(limiter.figures).toMatchObject({ lockedAddresses: 1 })
  expect(right(limiter, 'bus-1', home)).toBe(true)
  expect(right(limiter, 'bus-2', elsewhere)).toBe(true)
  pass(1_000)
  expect(right(limiter, 'bus-2', home)).toBe(true)
})

test('ten thousand devices that come back from one address with right secrets are never locked', () => {
  const { limiter } = limiterOf()
  for (let n = 0; n < 10_000; n++) expect(right(limiter, `bus-${n}`, home)).toBe(true)
  expect(limiter.figures).toEqual({ lockedNames: 0, lockedAddresses: 0, slowedNames: 0, locks: 0, refused: 0 })
})

test('a name tried from many addresses is answered late there, and at once where it has been right', () => {
  const { limiter, pass } = limiterOf({ wrongsBeforeDelay: 3, longestDelayMs: 1_000, forgetAfterMs: 60_000 })
  expect(right(limiter, 'bus-1', home)).toBe(true)
  const delays = Array.from({ length: 9 }, (_, n) => {
    const attempt = limiter.begin('bus-1', `198.51.100.${n}`)
    return attempt.allowed && attempt.delayMs
  })
  expect(delays).toEqual([0, 0, 0, 100, 200, 400, 800, 1_000, 1_000])
  expect(limiter.begin('bus-1', home)).toMatchObject({ allowed: true, delayMs: 0 })
  expect(limiter.figures).toMatchObject({ slowedNames: 1 })
  pass(60_001)
  expect(limiter.begin('bus-1', elsewhere)).toMatchObject({ allowed: true, delayMs: 0 })
})

test('many at one time are no more guesses than one after the other', () => {
  const { limiter } = limiterOf(personAttemptRules)
  const open = Array.from({ length: 100 }, () => limiter.begin('ann', home))
  expect(open.filter(({ allowed }) => allowed)).toHaveLength(personAttemptRules.wrongsBeforeLock)
  // The right one among those that were looked at lifts the lock.
  const last = open[0]
  if (last?.allowed) last.right()
  expect(right(limiter, 'ann', home)).toBe(true)
})

test('an attempt that could not be looked at does not count', () => {
  const { limiter } = limiterOf({ wrongsBeforeLock: 2, wrongsPerAddress: 2 })
  for (let n = 0; n < 50; n++) {
    const attempt = limiter.begin('ann', home)
    expect(attempt.allowed).toBe(true)
    if (attempt.allowed) attempt.withdraw()
  }
  expect(limiter.figures).toMatchObject({ locks: 0, lockedAddresses: 0 })
})

test('a new secret lifts the locks of its name', () => {
  const { limiter } = limiterOf({ wrongsBeforeLock: 1 })
  wrong(limiter, 'bus-1', home)
  wrong(limiter, 'bus-11', home)
  limiter.forget('bus-1')
  expect(right(limiter, 'bus-1', home)).toBe(true)
  expect(wrong(limiter, 'bus-11', home)).toBe(false)
})

test('one machine with a /64 is one address, and IPv4 in IPv6 is IPv4', () => {
  const { limiter } = limiterOf({ wrongsBeforeLock: 2 })
  wrong(limiter, 'bus-1', '2001:db8:1:2::1')
  wrong(limiter, 'bus-1', '2001:db8:1:2:ffff:ffff:ffff:ffff')
  expect(wrong(limiter, 'bus-1', '2001:DB8:1:2:0::3')).toBe(false)
  expect(wrong(limiter, 'bus-1', '2001:db8:1:3::1')).toBe(true)
  wrong(limiter, 'bus-2', home)
  wrong(limiter, 'bus-2', `::ffff:${home}`)
  expect(wrong(limiter, 'bus-2', home)).toBe(false)
})

test('the tables have an end, whatever is tried', () => {
  const { limiter } = limiterOf({ entries: 100, wrongsBeforeLock: 1, wrongsPerAddress: 1, wrongsPerAddressPerSecond: 0.001, wrongsBeforeDelay: 1 })
  for (let n = 0; n < 10_000; n++) wrong(limiter, `${'x'.repeat(10_000)}${n}`.slice(-200), `10.${n % 200}.${(n >> 8) % 200}.${n % 251}`)
  const { lockedNames, lockedAddresses, slowedNames } = limiter.figures
  expect(lockedNames).toBeLessThanOrEqual(100)
  expect(lockedAddresses).toBeLessThanOrEqual(100)
  expect(slowedNames).toBeLessThanOrEqual(100)
})
