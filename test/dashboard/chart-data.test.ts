import { describe, expect, it } from 'vitest'
import { chartData, functionsOf, modeOf } from '../../dashboard/chart/chart-data.ts'

const TITLE = { en: 'x', zh: 'x' }
const at = (minute: number) => new Date(minute * 60_000).toISOString()
const band = (minute: number, value: number) => ({ at: at(minute), values: { 'speed.mean': value, 'speed.min': value - 1, 'speed.max': value + 1 } })

describe('a chart’s data', () => {
  it('breaks the line where buckets are missing', () => {
    const data = chartData([band(0, 5), band(1, 6), band(2, 7), band(9, 8), band(10, 9)], 'speed', 'band')
    expect(data.times).toEqual([0, 60, 120, 330, 540, 600])
    expect(data.middle).toEqual([5, 6, 7, null, 8, 9])
    expect(data.low).toEqual([4, 5, 6, null, 7, 8])
    expect(data.high).toEqual([6, 7, 8, null, 9, 10])
  })

  it('takes a device’s own slow rhythm for no gap', () => {
    const data = chartData([band(0, 5), band(15, 6), band(30, 7), band(45, 7)], 'speed', 'band')
    expect(data.middle).toEqual([5, 6, 7, 7])
  })

  it('shows what a counter grew by, and nothing where it was reset', () => {
    const rows = [100, 103, 103, 2, 5].map((energy, minute) => ({ at: at(minute), values: { energy } }))
    const data = chartData(rows, 'energy', 'increase')
    expect(data.middle).toEqual([3, 0, 3])
    expect(data.times).toEqual([60, 120, 240])
  })

  it('is empty when nothing was measured', () => {
    expect(chartData([], 'speed', 'band').empty).toBe(true)
    expect(chartData([{ at: at(0), values: {} }], 'speed', 'band').empty).toBe(true)
  })

  it('is asked for as the field needs it', () => {
    expect(modeOf({ type: 'string', title: TITLE })).toBeUndefined()
    expect(functionsOf(modeOf({ type: 'number', title: TITLE }) ?? 'steps')).toBe('mean,min,max')
    expect(functionsOf(modeOf({ type: 'number', counter: true, title: TITLE }) ?? 'steps')).toBe('last')
    expect(modeOf({ type: 'number', circular: true, title: TITLE })).toBe('dots')
    expect(modeOf({ type: 'boolean', title: TITLE })).toBe('steps')
  })
})
