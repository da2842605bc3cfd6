import { expect, test } from 'vitest'
import { TokenBucket } from '../../gateway/model/token-bucket.ts'

test('a burst at once, then so much a second', () => {
  let now = 0
  const bucket = new TokenBucket({ perSecond: 10, burst: 5, clock: () => now })
  expect([1, 2, 3, 4, 5, 6].map(() => bucket.take())).toEqual([true, true, true, true, true, false])
  expect(bucket.waitMs).toBe(100)
  now = 100
  expect(bucket.take()).toBe(true)
  expect(bucket.take()).toBe(false)
  now = 100_000
  expect(bucket.full).toBe(true)
  expect([1, 2, 3, 4, 5, 6].map(() => bucket.take())).toEqual([true, true, true, true, true, false])
})

test('what is larger than the burst passes, and is waited for afterwards', () => {
  let now = 0
  const bucket = new TokenBucket({ perSecond: 1_000, burst: 2_000, clock: () => now })
  expect(bucket.take(10_000)).toBe(true)
  expect(bucket.take(1)).toBe(false)
  expect(bucket.waitMs).toBe(8_001)
  now = 8_001
  expect(bucket.take(1)).toBe(true)
})
