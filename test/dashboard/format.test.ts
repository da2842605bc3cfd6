import { describe, expect, it } from 'vitest'
import { makeFormat } from '../../dashboard/format/format.ts'

const zh = makeFormat('zh-CN', 'Asia/Shanghai')
const en = makeFormat('en-GB', 'Asia/Shanghai')

describe('formats', () => {
  it('tell times in the city’s zone, midnight as 00', () => {
    expect(en.dateTime(Date.UTC(2026, 6, 30, 16, 0, 5))).toBe('31/07/2026, 00:00:05')
    expect(zh.dateTime(Date.UTC(2026, 6, 30, 16, 0, 5))).toBe('2026/07/31 00:00:05')
    expect(en.hourMinute(Date.UTC(2026, 6, 30, 16))).toBe('00:00')
  })

  it('tell ages in their largest unit', () => {
    expect(zh.ago(90)).toBe('1分钟前')
    expect(en.ago(5)).toMatch(/^5\s?s/)
    expect(en.ago(-3)).toMatch(/^0\s?s/)
    expect(en.duration(7_300)).toMatch(/^2 hr/)
  })

  it('keep what was measured: all before the point, four digits in all', () => {
    expect(en.measured(231.456)).toBe('231.5')
    expect(en.measured(0.012345)).toBe('0.01235')
    expect(en.measured(1_234_567.89)).toBe('1,234,567.9')
    expect(en.bytes(123_456_789)).toBe('123 MB')
    expect(en.bytes(0)).toBe('0 byte')
  })
})
