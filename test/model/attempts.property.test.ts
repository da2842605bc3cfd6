import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AttemptLimiter, deviceAttemptRules } from '../../gateway/model/attempts.ts'

const rules = { ...deviceAttemptRules, wrongsBeforeLock: 3, firstLockMs: 1_000, longestLockMs: 8_000, wrongsPerAddress: 10, wrongsPerAddressPerSecond: 1 }
const home = '203.0.113.7'
const attackers = ['198.51.100.1', '198.51.100.2', '2001:db8::1']
const names = ['bus-1', 'bus-2', 'nobody', '']

/** Strangers try what they like; time passes; some look-ups fail; the device itself comes in between. */
const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant('guess' as const), name: fc.nat(names.length - 1), from: fc.nat(attackers.length - 1) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('withdraw' as const), name: fc.nat(names.length - 1), from: fc.nat(attackers.length - 1) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 20_000 }) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('device' as const) }) },
  ),
  { maxLength: 200, size: 'max' },
)

it('whatever strangers do elsewhere, a device with the right secret gets in at once from its own address', () => {
  fc.assert(
    fc.property(steps, sequence => {
      let now = 0
      const limiter = new AttemptLimiter({ rules, clock: () => now })
      for (const step of sequence) {
        if (step.do === 'pass') now += step.ms
        else if (step.do === 'device') {
          const attempt = limiter.begin('bus-1', home)
          expect(attempt.allowed).toBe(true)
          if (attempt.allowed) attempt.right()
        } else {
          const attempt = limiter.begin(names[step.name] ?? '', attackers[step.from] ?? '')
          if (attempt.allowed && step.do === 'withdraw') attempt.withdraw()
          if (!attempt.allowed) expect(attempt.retryAfterMs).toBeGreaterThan(0)
        }
      }
    }),
  )
})

it('a lock ends by itself within its longest time, and no address gets more looks than its pace', () => {
  fc.assert(
    fc.property(steps, sequence => {
      let now = 0
      const limiter = new AttemptLimiter({ rules, clock: () => now })
      const looks = new Map<string, number>()
      for (const step of sequence) {
        if (step.do === 'pass') now += step.ms
        if (step.do !== 'guess') continue
        const from = attackers[step.from] ?? ''
        const attempt = limiter.begin(names[step.name] ?? '', from)
        if (attempt.allowed) looks.set(from, (looks.get(from) ?? 0) + 1)
        else expect(attempt.retryAfterMs).toBeLessThanOrEqual(rules.longestLockMs)
      }
      for (const count of looks.values()) expect(count).toBeLessThanOrEqual(rules.wrongsPerAddress + Math.ceil(now / 1_000) * rules.wrongsPerAddressPerSecond)
      now += rules.longestLockMs
      for (const from of attackers) for (const name of names) expect(limiter.begin(name, from).allowed).toBe(true)
    }),
  )
})
