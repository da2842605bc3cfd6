import { beforeAll, describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { kinds } from '../../devices/kinds/index.ts'
import { type CityOptions, createCity, type Member, type SimulatedCity } from '../../devices/simulators/index.ts'
import type { LinkMember } from '../../devices/simulators/link-fleet.ts'
import { linkFleets } from '../../devices/simulators/link-fleets.ts'
import { PollingDtu } from '../../devices/simulators/modbus/dtu.ts'
import type { Catalogue } from '../../gateway/model/device.ts'
import { GatewayError } from '../../gateway/model/errors.ts'
import type { FieldDefinition } from '../../gateway/model/kind.ts'
import type { DecodedReading, FieldValue } from '../../gateway/model/reading.ts'

const MINUTE = 60_000
const DAY = 86_400_000
/** A Friday evening in Shanghai: the weekend and two peaks lie in the days after it. */
const startAt = Date.UTC(2026, 10, 20, 10)
let catalogue: Catalogue

beforeAll(async () => {
  catalogue = await loadCatalogue()
})

function make(options: Partial<CityOptions> = {}): SimulatedCity {
  return createCity({ seed: 'test', buses: 9, meters: 20, worksites: 10, others: 10, rate: 1, now: () => startAt, catalogue, ...options })
}

/** The bytes of a device at a time as they come to the journal, decoded by the gateway's own decoder for its model. */
function decoding({ device, speaks }: Member): (at: number) => DecodedReading {
  const decoder = catalogue.model(device.model)?.decoderFor(speaks.type === 'polled' ? 'modbus' : speaks.channel)
  const polling = speaks.type === 'polled' ? new PollingDtu(speaks.unit, speaks.model, speaks.plant) : undefined
  return at => {
    const payload = speaks.type === 'reports' ? speaks.payload(at) : (polling?.exchanges(at) ?? new Uint8Array())
    const decoded = decoder?.decode(payload, { receivedAt: at })
    if (!decoded?.ok) throw new Error(`${device.id} ${device.model}: ${JSON.stringify(decoded)}`)
    return Object.assign({}, ...decoded.readings, { values: Object.assign({}, ...decoded.readings.map(reading => reading.values)) })
  }
}

/** A few devices of every protocol that has a fleet of its own. */
function linkMembers(): readonly LinkMember[] {
  return linkFleets.flatMap(
    ({ make: makeFleet }) => makeFleet({ seed: 'test', count: 4, rate: 1, host: '127.0.0.1', port: 1, now: () => startAt, catalogue }).members,
  )
}

/** The same for a device with a link of its own. */
function decodingLink(member: LinkMember): (at: number) => Pick<DecodedReading, 'values'> {
  const decoder = catalogue.model(member.device.model)?.decoderFor(member.channel)
  return at => {
    const decoded = decoder?.decode(member.frame(at), { receivedAt: at })
    if (!decoded?.ok) throw new Error(`${member.device.id} ${member.device.model}: ${JSON.stringify(decoded)}`)
    return { values: Object.assign({}, ...decoded.readings.map(reading => reading.values)) }
  }
}

function isPlausible(field: FieldDefinition, value: FieldValue): boolean {
  if (typeof value !== 'number') return true
  return Number.isFinite(value) && (!field.range || (value >= field.range[0] && value <= field.range[1])) && (!field.integer || Number.isInteger(value))
}

describe('a simulated city', () => {
  it('is the same for the same seed, to the byte, and another for another', () => {
    const payloads = (seed: string): string[] =>
      make({ seed }).members.map(({ device, speaks }) => {
        const bytes = speaks.type === 'reports' ? speaks.payload(startAt + 90_500) : JSON.stringify(speaks.plant.sample(startAt + 90_500))
        return `${JSON.stringify(device)} ${Buffer.from(bytes).toString('hex')}`
      })
    const one = payloads('one')
    expect(payloads('one')).toEqual(one)
    const two = payloads('two')
    expect(one.filter((payload, index) => payload === two[index])).toEqual([])
  })

  it('does not change what is there when more is added', () => {
    const few = make({ buses: 3, meters: 4, worksites: 2, others: 3 }).members.map(({ device }) => device)
    const many = new Map(make({ buses: 30, meters: 40, worksites: 20, others: 20 }).members.map(({ device }) => [device.id, device]))
    for (const device of few) expect(many.get(device.id)).toEqual(device)
  })

  it('has a secret of its own for each device, new each time unless it is given', () => {
    const first = make()
    const secrets = first.enrolments.map(({ secret }) => secret)
    expect(new Set(secrets).size).toBe(first.members.length)
    expect(secrets.every(secret => secret.length >= 24)).toBe(true)
    expect(make().enrolments[0]?.secret).not.toBe(secrets[0])
    const again = make({ secrets: new Map(first.enrolments.map(({ device, secret }) => [device.id, secret])) })
    expect(again.enrolments).toEqual(first.enrolments)
  })

  it('opens a server for every line, also where what stands between two of them sends by itself', async () => {
    const city = make({ others: 24, modbus: { port: 0 } })
    await city.open()
    const links = city.devices.flatMap(({ link }) => (link ? [link.url] : []))
    await city.stop()
    expect(links.length).toBe(city.members.filter(({ speaks }) => speaks.type === 'polled').length)
    expect(links.every(url => /^modbus-tcp:\/\/127\.0\.0\.1:[1-9]\d+$/.test(url))).toBe(true)
  })

  it('says of each device that it is simulated, and calls every route synthetic', () => {
    for (const { device, speaks } of make().members) {
      expect(device.simulated).toBe(true)
      if (device.model !== 'citygate-bus-unit' || speaks.type !== 'reports') continue
      const decoded = catalogue.model(device.model)?.decoderFor('telemetry')?.decode(speaks.payload(startAt), { receivedAt: startAt })
      expect(decoded?.ok && decoded.readings[0]?.values.route).toMatch(/^SYN-\d+$/)
    }
  })

  it.each([
    [{ buses: -1 }, /buses: expected a whole number from 0/],
    [{ meters: 1.5 }, /meters: expected a whole number/],
    [{ rate: 0 }, /rate: expected 0.001 to 50/],
    [{ rate: Number.NaN }, /rate/],
  ])('refuses %j', (options, message) => {
    expect(() => make(options)).toThrow(GatewayError)
    expect(() => make(options)).toThrow(message)
  })
})

describe('every kind', () => {
  it('has simulated devices', () => {
    const devices = [...make().members, ...linkMembers()].map(({ device }) => device)
    const simulated = new Set(devices.map(({ model }) => catalogue.model(model)?.kind.id ?? 'none'))
    expect([...simulated].sort()).toEqual(kinds.map(kind => kind.id).sort())
  })

  it('stays inside its ranges for three simulated days, decoded from the bytes it sends', () => {
    const city = make()
    const outside: string[] = []
    const seen = new Map<string, Set<string>>()
    const all = [
      ...city.members.map(member => ({ ...member, decode: decoding(member) })),
      ...linkMembers().map(member => ({ ...member, decode: decodingLink(member) })),
    ]
    for (const member of all) {
      const { kind } = catalogue.model(member.device.model) ?? {}
      const { decode } = member
      const fields = seen.get(kind?.id ?? '') ?? new Set()
      seen.set(kind?.id ?? '', fields)
      for (let at = startAt; at < startAt + 3 * DAY; at += 3 * MINUTE) {
        const { values } = decode(at)
        for (const [name, value] of Object.entries(values)) {
          const field = kind?.fields[name]
          fields.add(name)
          if (!field || !isPlausible(field, value)) outside.push(`${member.device.id} ${name} ${String(value)} at ${new Date(at).toISOString()}`)
        }
      }
    }
    expect(outside).toEqual([])
    for (const kind of kinds) expect([...(seen.get(kind.id) ?? [])].sort()).toEqual(Object.keys(kind.fields).sort())
  })

  it('has counters that never fall, not even over a restart of the simulation days later', () => {
    const city = make({ buses: 2 })
    const later = make({ buses: 2, now: () => startAt + 2 * DAY })
    for (const [index, member] of city.members.entries()) {
      const { kind } = catalogue.model(member.device.model) ?? {}
      const counters = Object.keys(kind?.fields ?? {}).filter(name => kind?.fields[name]?.counter)
      const last = new Map<string, number>()
      const check = (values: Readonly<Record<string, FieldValue>>): void => {
        for (const name of counters) {
          const value = values[name]
          if (typeof value !== 'number') continue
          expect(value, `${member.device.id} ${name}`).toBeGreaterThanOrEqual(last.get(name) ?? 0)
          last.set(name, value)
        }
      }
      const decode = decoding(member)
      for (let at = startAt; at <= startAt + 2 * DAY; at += 10_000) if (at % (10 * MINUTE) < 60_000) check(decode(at).values)
      const restarted = later.members[index]
      if (restarted) check(decoding(restarted)(startAt + 2 * DAY + 1000).values)
    }
  })
})
