import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BackOff } from '../../../gateway/links/back-off.ts'
import { readEndpoint } from '../../../gateway/links/bus/endpoint.ts'
import { PollSchedule } from '../../../gateway/links/bus/poll-schedule.ts'

const blocks = [
  { everyMs: 10_000, what: 'first', answerBytes: 25, request: () => new Uint8Array() },
  { everyMs: 60_000, what: 'second', answerBytes: 13, request: () => new Uint8Array() },
] as const

describe('a schedule', () => {
  it('begins within ten seconds, at the same place for the same device, and at another for another', () => {
    const starts = Array.from({ length: 50 }, (_, index) => new PollSchedule(`meter-${index}`, blocks, 0).due)
    expect(new PollSchedule('meter-7', blocks, 0).due).toBe(starts[7])
    expect(Math.max(...starts)).toBeLessThan(10_000)
    expect(new Set(starts.map(start => Math.floor(start / 1000))).size).toBeGreaterThan(6)
  })

  it('gives each block once a period when it is asked in time', () => {
    const schedule = new PollSchedule('meter-1', blocks, 0)
    const taken: string[] = []
    while (schedule.due < 600_000) taken.push(schedule.take(schedule.due)?.what ?? '')
    expect(taken.filter(what => what === 'first')).toHaveLength(60)
    expect(taken.filter(what => what === 'second')).toHaveLength(10)
    expect(schedule.missed).toBe(0)
  })

  it('leaves a read out until a time, and keeps its place in its period and the other reads', () => {
    const schedule = new PollSchedule('meter-1', blocks, 0)
    const phase = schedule.due % 10_000
    const first = schedule.take(schedule.due, blocks[0])
    schedule.postpone(blocks[0], 45_000)
    expect(first).toBe(blocks[0])
    expect(schedule.take(schedule.due)).toBe(blocks[1])
    expect(schedule.due).toBeGreaterThanOrEqual(45_000)
    expect(schedule.due % 10_000).toBe(phase)
  })

  it('asks once more what went without an answer, out of its turn, and keeps its place in its period', () => {
    const schedule = new PollSchedule('meter-1', [blocks[1]], 0)
    const first = schedule.due
    schedule.take(first)
    schedule.again(blocks[1], first + 1_000)
    expect(schedule.due).toBe(first + 1_000)
    expect(schedule.take(schedule.due)).toBe(blocks[1])
    expect(schedule.due).toBe(first + 60_000)
  })

  it('is never due in the past after it was taken, however late, and keeps its phase', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 20 }), (device, delays) => {
        const schedule = new PollSchedule(device, blocks.slice(0, 1), 0)
        const phase = schedule.due % 10_000
        for (const delay of delays) {
          const now = schedule.due + delay
          schedule.take(now)
          expect(schedule.due).toBeGreaterThan(now)
          expect(schedule.due - now).toBeLessThanOrEqual(10_000)
          expect(schedule.due % 10_000).toBe(phase)
        }
        expect(schedule.missed).toBe(delays.reduce((sum, delay) => sum + Math.floor(delay / 10_000), 0))
      }),
    )
  })
})

describe('a back-off', () => {
  it('doubles to its longest and begins anew after a success', () => {
    const backOff = new BackOff(1000, 60_000)
    expect(Array.from({ length: 9 }, () => backOff.failed(0))).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
    backOff.succeeded()
    expect(backOff.failed(1)).toBe(750)
  })
})

describe('an endpoint', () => {
  it.each([
    ['modbus-tcp://10.0.0.5:1502', { host: '10.0.0.5', port: 1502 }],
    ['modbus-tcp://Meter.example', { host: 'meter.example', port: 502 }],
    ['modbus-tcp://[::1]:502', { host: '::1', port: 502 }],
    ['modbus-tcp://', undefined],
    ['mqtt://10.0.0.5:502', undefined],
    ['nonsense', undefined],
  ])('%s', (url, endpoint) => {
    expect(readEndpoint(url)).toEqual(endpoint)
  })
})
