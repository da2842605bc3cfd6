import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ProvisioningRule } from '../../gateway/model/first-contact.ts'
import { type ArrivalLimits, Arrivals } from '../../gateway/registry/provisioning/arrivals.ts'
import { matchesPattern } from '../../gateway/registry/provisioning/id-pattern.ts'
import type { Registry } from '../../gateway/registry/registry.ts'
import { tester } from '../support/tester.ts'
import { databases, KeptLog, places, workspace } from './workspace.ts'

const { folder, open } = workspace()
const own = (): string => randomBytes(32).toString('hex')
const rule = (more: Partial<ProvisioningRule> = {}): ProvisioningRule => ({
  org: 'pudong-bus',
  model: 'citygate-bus-unit',
  accept: false,
  most: 1_000,
  expiresAt: Date.now() + 3_600_000,
  ...more,
})

/** The desk at which devices arrive, on a clock that a test moves. */
function desk(registry: Registry, limits: Partial<ArrivalLimits> = {}) {
  const clock = { now: Date.now() }
  const log = new KeptLog()
  const arrivals = new Arrivals({ registry, log, now: () => clock.now, limits: { lookAgainAfterMs: 0, ...limits } })
  return {
    clock,
    log,
    arrivals,
    /** Whether it is registered once it is decided. */
    come: async (id: string, key: string, secret: string, address = '10.1.2.3'): Promise<boolean> =>
      (await arrivals.arrive(id, `${key}.${secret}`, address)?.soon) ?? false,
  }
}

describe.each(databases)('devices that announce themselves, on %s', database => {
  const { place, server } = places(database, folder)

  test('wait over a restart, and sign in with their own secret from the approval on', async () => {
    const kept = await place()
    const first = await open(kept)
    const { key, id } = await first.as(tester).addProvisioningKey(rule())
    const secret = own()
    expect(await desk(first).come('bus-1', key, secret)).toBe(false)
    expect(first.device('bus-1', `${key}.${secret}`)).toBeUndefined()
    await first.stop()

    const registry = await open(kept)
    expect(await registry.newcomers()).toMatchObject([
      { device: 'bus-1', org: 'pudong-bus', model: 'citygate-bus-unit', key: id, state: 'waiting', address: '10.1.2.3', contested: 0 },
    ])
    expect(await registry.as(tester).approve(['bus-1'])).toEqual([{ id: 'bus-1', org: 'pudong-bus', model: 'citygate-bus-unit' }])
    for (const password of [secret, `${key}.${secret}`]) expect(registry.device('bus-1', password), password.slice(0, 4)).toBeDefined()
    for (const wrong of [own(), `${key}.${own()}`, key, `${key}.`]) expect(registry.device('bus-1', wrong)).toBeUndefined()
    expect(await registry.newcomers()).toEqual([])
    await expect(registry.as(tester).approve(['bus-1'])).rejects.toMatchObject({ code: 'ENROLMENT_UNKNOWN' })
    // Its key may go: only its own secret counts from now on.
    await registry.as(tester).removeProvisioningKey(id)
    expect(registry.device('bus-1', `${key}.${secret}`)).toBeDefined()

    await registry.stop()
    const written = 'file' in kept ? readFileSync(kept.file, 'latin1') : server().sql(kept.postgres.url, 'select * from provisioning, newcomer, audit')
    for (const told of [secret, key.slice(17)]) expect(written).not.toContain(told)
  })

  test('are registered at once where the key says so: by pattern, number and time', async () => {
    const registry = await open(await place())
    const { key } = await registry.as(tester).addProvisioningKey(rule({ accept: true, pattern: 'bus-*', most: 3 }))
    const { come, clock } = desk(registry)
    const secret = own()
    expect(await come('bus-1', key, secret)).toBe(true)
    expect(registry.device('bus-1', secret)).toEqual({ type: 'device', device: 'bus-1' })
    expect(await come('tram-1', key, own())).toBe(false)
    expect(await Promise.all(['bus-2', 'bus-3', 'bus-4', 'bus-5'].map(id => come(id, key, own())))).toEqual([true, true, false, false])
    expect(registry.size).toBe(3)
    expect(await registry.provisioningKeys()).toMatchObject([{ used: 3, most: 3 }])

    const another = await registry.as(tester).addProvisioningKey(rule({ accept: true }))
    clock.now += 3_700_000
    expect(await come('bus-9', another.key, own())).toBe(false)
    expect(await registry.newcomers()).toEqual([])
  })

  test('do not come back by themselves once they were removed', async () => {
    const registry = await open(await place())
    const { key } = await registry.as(tester).addProvisioningKey(rule({ accept: true }))
    const { come } = desk(registry)
    const secret = own()
    expect(await come('bus-1', key, secret)).toBe(true)
    await registry.as(tester).removeDevice('bus-1')
    expect(await come('bus-1', key, secret)).toBe(false)
    expect(await come('bus-1', key, secret)).toBe(false)
    expect(registry.get('bus-1')).toBeUndefined()
    expect(await registry.newcomers()).toMatchObject([{ device: 'bus-1', state: 'waiting' }])
  })

  test('can not be pushed aside by another with the same id, and stay refused', async () => {
    const registry = await open(await place())
    const { key } = await registry.as(tester).addProvisioningKey(rule())
    const { come } = desk(registry)
    const [honest, impostor] = [own(), own()]
    await come('bus-1', key, honest)
    await come('bus-1', key, impostor, '10.9.9.9')
    expect(await registry.newcomers()).toMatchObject([{ address: '10.1.2.3', contested: 1 }])
    await registry.as(tester).approve(['bus-1'])
    expect(registry.device('bus-1', impostor)).toBeUndefined()
    expect(registry.device('bus-1', honest)).toBeDefined()

    await come('bus-2', key, own())
    await registry.as(tester).refuse(['bus-2'])
    expect(await come('bus-2', key, own())).toBe(false)
    expect(await registry.newcomers()).toMatchObject([{ device: 'bus-2', state: 'refused' }])
    // Whoever refused it may think again.
    await registry.as(tester).approve(['bus-2'])
    expect(registry.get('bus-2')).toBeDefined()
  })

  test('are all decided about, or none', async () => {
    const registry = await open(await place())
    const { key } = await registry.as(tester).addProvisioningKey(rule())
    await desk(registry).come('bus-1', key, own())
    await expect(registry.as(tester).approve(['bus-1', 'nobody'])).rejects.toMatchObject({
      code: 'ENROLMENT_UNKNOWN',
      message: expect.stringContaining('nobody'),
    })
    await expect(registry.as(tester).refuse(['bus-1', 'nobody'])).rejects.toMatchObject({ code: 'ENROLMENT_UNKNOWN' })
    expect(await registry.newcomers()).toMatchObject([{ device: 'bus-1', state: 'waiting' }])
    await registry.as(tester).addDevice({ id: 'bus-1', org: 'someone-else', model: 'm' })
    await expect(registry.as(tester).approve(['bus-1'])).rejects.toMatchObject({ code: 'DEVICE_EXISTS' })
  })

  test('are bounded in number, by key and in all, and forgotten when they do not come again', async () => {
    const registry = await open(await place())
    const one = await registry.as(tester).addProvisioningKey(rule({ most: 2 }))
    const other = await registry.as(tester).addProvisioningKey(rule())
    const { come, log } = desk(registry, { mostWaiting: 3 })
    for (const id of ['a', 'b', 'c']) await come(id, one.key, own())
    for (const id of ['d', 'e', 'f']) await come(id, other.key, own())
    expect((await registry.newcomers()).map(({ device }) => device)).toEqual(['a', 'b', 'd'])
    expect(log.lines.map(({ message }) => message)).toEqual([
      expect.stringContaining(`the key ${one.id} has brought as many`),
      expect.stringContaining('3 wait already'),
      expect.stringContaining('3 wait already'),
    ])
    const later = desk(registry, { mostWaiting: 3, forgetAfterMs: 1 })
    await expect
      .poll(async () => {
        await later.come('g', other.key, own())
        return (await registry.newcomers()).map(({ device }) => device)
      })
      .toEqual(['g'])
  })

  test('of a whole delivery are registered in few transactions', async () => {
    const registry = await open(await place())
    const { key } = await registry.as(tester).addProvisioningKey(rule({ accept: true, most: 2_000 }))
    const { come } = desk(registry)
    const registered = await Promise.all(Array.from({ length: 2_000 }, (_, number) => come(`bus-${number}`, key, own())))
    expect(registered.every(Boolean)).toBe(true)
    expect(registry.size).toBe(2_000)
  })
})

describe('devices that announce themselves', () => {
  const { place } = places('SQLite', folder)

  test('with anything but a good key and a good secret of their own leave no trace', async () => {
    const registry = await open(await place())
    const { key } = await registry.as(tester).addProvisioningKey(rule({ accept: true }))
    const { arrivals, come } = desk(registry)
    for (const other of ['', 'secret', key, key.toUpperCase(), `${key}`, 'cgt_0a1b2c3d4e5f_x', `x${key}.${own()}`])
      expect(arrivals.arrive('bus-1', other, '::1')).toBeUndefined()
    for (const wrong of [`cgp_000000000000_${key.slice(17)}`, `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`])
      expect(await come('bus-1', wrong, own())).toBe(false)
    for (const short of ['', 'x'.repeat(21), 'x'.repeat(257)]) {
      const arrival = arrivals.arrive('bus-1', `${key}.${short}`, '::1')
      expect(arrival?.soon).toBeUndefined()
      expect(arrival?.message).toMatch(/^the own secret .* has \d+ characters: expected 22 to 256$/)
    }
    expect(registry.size).toBe(0)
    expect(await registry.newcomers()).toEqual([])
  })

  test('are told to come again when too many come from one address, and others still get through', async () => {
    const registry = await open(await place())
    const { key } = await registry.as(tester).addProvisioningKey(rule({ accept: true }))
    const { come, arrivals } = desk(registry, { perAddress: 2, perAddressPerSecond: 0.001 })
    expect(await come('a', key, own())).toBe(true)
    expect(await come('b', key, own())).toBe(true)
    expect(arrivals.arrive('c', `${key}.${own()}`, '10.1.2.3')).toEqual({ message: expect.stringContaining('from this address') })
    expect(await come('c', key, own(), '10.1.2.4')).toBe(true)
  })

  test('are told to wait without a look when they ask again at once', async () => {
    const registry = await open(await place())
    const { key } = await registry.as(tester).addProvisioningKey(rule())
    const { come, arrivals, clock } = desk(registry, { lookAgainAfterMs: 15_000 })
    const secret = own()
    await come('a', key, secret)
    expect(arrivals.arrive('a', `${key}.${secret}`, '10.1.2.3')?.soon).toBeUndefined()
    clock.now += 16_000
    expect(arrivals.arrive('a', `${key}.${secret}`, '10.1.2.3')?.soon).toBeDefined()
    await arrivals.stop()
    expect(arrivals.arrive('b', `${key}.${secret}`, '10.1.2.3')).toEqual({ message: expect.stringContaining('try again later') })
  })

  test('may come again when the registry could not be read', async () => {
    const registry = await open(await place())
    const { key } = await registry.as(tester).addProvisioningKey(rule({ accept: true }))
    const { come, log } = desk(registry)
    await registry.stop()
    expect(await come('a', key, own())).toBe(false)
    expect(log.lines).toMatchObject([{ level: 'warn', message: expect.stringContaining('they may come again') }])
  })

  test('a key with nonsense in it is refused by name', async () => {
    const registry = await open(await place())
    const refused: readonly (readonly [Partial<ProvisioningRule>, RegExp])[] = [
      [{ org: 'a/b' }, /^org: 'a\/b'/],
      [{ model: '#' }, /^model: '#'/],
      [{ pattern: 'bus-[0-9]' }, /^pattern: /],
      [{ pattern: '*'.repeat(65) }, /^pattern: /],
      [{ most: 0 }, /^most: 0: expected 1 to 100000/],
      [{ most: 1.5 }, /^most: /],
      [{ expiresAt: 0 }, /^expires: is over/],
    ]
    for (const [more, message] of refused)
      await expect(registry.as(tester).addProvisioningKey(rule(more))).rejects.toMatchObject({
        code: 'DEVICE_INVALID',
        message: expect.stringMatching(message),
      })
    await expect(registry.as(tester).removeProvisioningKey('0a1b2c3d4e5f')).rejects.toMatchObject({ code: 'ENROLMENT_UNKNOWN' })
  })
})

describe('a pattern', () => {
  test('matches as the same pattern does as a regular expression', () => {
    const part = fc.array(fc.constantFrom('a', 'b', '.', '-', '*'), { maxLength: 10 }).map(letters => letters.join(''))
    const id = fc.array(fc.constantFrom('a', 'b', '.', '-'), { maxLength: 10 }).map(letters => letters.join(''))
    fc.assert(
      fc.property(part, id, (pattern, text) => {
        const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`)
        expect(matchesPattern(pattern, text)).toBe(expression.test(text))
      }),
      { numRuns: 500 },
    )
  })

  test('made to be slow is not', () => {
    const before = performance.now()
    for (let turn = 0; turn < 100; turn++) expect(matchesPattern(`${'a*'.repeat(31)}b`, 'a'.repeat(64))).toBe(false)
    expect(performance.now() - before).toBeLessThan(2_000)
  })
})
