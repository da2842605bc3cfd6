import { describe, expect, it } from 'vitest'
import { BatchSize } from '../../gateway/pipeline/batch-size.ts'

/** A store that takes so many readings a second and gives up after 20 s: what it costs to bring it this many batches. */
function drive(size: BatchSize, perSecond: number, batches: number): { readonly timeOuts: number; readonly largest: number } {
  let timeOuts = 0
  let largest = 0
  for (let n = 0; n < batches; n++) {
    const readings = size.readings
    const ms = (readings / perSecond) * 1000
    if (ms >= 20_000) {
      size.failed(readings, 20_000)
      timeOuts++
    } else {
      size.taken(readings, ms)
      largest = Math.max(largest, readings)
    }
  }
  return { timeOuts, largest }
}

describe('the size of batches', () => {
  it('grows to its bound with a quick store, and stays moderate with a slower one', () => {
    expect(drive(new BatchSize(), 200_000, 10).largest).toBe(20_000)
    expect(drive(new BatchSize(), 15_000, 100)).toEqual({ timeOuts: 0, largest: 5_000 })
  })

  it('does not follow batches that were not full', () => {
    const size = new BatchSize()
    for (let n = 0; n < 100; n++) size.taken(10, 1)
    size.taken(10, 5_000)
    expect(size.readings).toBe(5_000)
  })

  it('shrinks until a weak store answers in time, and seldom tries again what timed out', () => {
    const size = new BatchSize()
    const { timeOuts } = drive(size, 20, 2_000)
    expect(timeOuts).toBeLessThan(10)
    expect(size.readings).toBeLessThan(400)
    // The store is well again.
    drive(size, 200_000, 10_000)
    expect(size.readings).toBe(20_000)
  })

  it('is large again soon after an outage in which nothing was answered', () => {
    const size = new BatchSize()
    for (let n = 0; n < 50; n++) size.failed(size.readings, 20_000)
    expect(size.readings).toBe(50)
    drive(size, 200_000, 10)
    expect(size.readings).toBe(20_000)
  })

  it('never falls below its least, nor moves for what is refused at once', () => {
    const size = new BatchSize()
    for (let n = 0; n < 50; n++) size.failed(size.readings, 1)
    expect(size.readings).toBe(5_000)
    for (let n = 0; n < 50; n++) size.failed(size.readings, 60_000)
    expect(size.readings).toBe(50)
  })
})
