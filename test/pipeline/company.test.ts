import { describe, expect, it } from 'vitest'
import { Company, type Reader } from '../../gateway/pipeline/company.ts'

const reader = (signal?: AbortSignal): Reader => (signal ? { signal } : {})

describe('readers of one log', () => {
  it('know where the last of them stands that is not left behind', () => {
    const company = new Company()
    const [near, far, ahead] = [reader(), reader(), reader()]
    company.asks(near, 500)
    company.asks(far, 20)
    company.asks(ahead, 900)
    expect(company.lastFrom(0)).toBe(20)
    expect(company.lastFrom(100)).toBe(500)
    expect(company.lastFrom(100, near)).toBe(900)
    expect(company.lastFrom(1_000)).toBe(Number.POSITIVE_INFINITY)
  })

  it('have no patience before frames have earned it, and never more than a second of it', async () => {
    let now = 0
    const company = new Company(() => now)
    expect(company.patient).toBe(false)
    company.advanced(10_000_000)
    expect(company.patient).toBe(true)
    const [one, other] = [reader(), reader()]
    const waited = company.wait(one)
    now = 1_000
    company.asks(other, 1)
    await waited
    expect(company.patient).toBe(false)
  })

  it('wait until another asks for more, and keep the patience that is left', async () => {
    let now = 0
    const company = new Company(() => now)
    company.advanced(15_000)
    const waited = company.wait(reader())
    now = 400
    company.asks(reader(), 1)
    await waited
    expect(company.patient).toBe(true)
  })

  it('do not wait when they are to stop', async () => {
    const company = new Company()
    company.advanced(15_000)
    const stopping = new AbortController()
    const before = company.wait(reader(stopping.signal))
    stopping.abort()
    await before
    await company.wait(reader(stopping.signal))
    expect(company.patient).toBe(true)
  })

  it('wait no longer than their patience lasts', async () => {
    const company = new Company()
    company.advanced(1_500)
    await company.wait(reader())
    expect(company.patient).toBe(false)
  })
})
