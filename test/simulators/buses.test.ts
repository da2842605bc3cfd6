import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { Bus, type BusSample } from '../../devices/simulators/bus/bus.ts'
import { type BusRoute, layRoute } from '../../devices/simulators/bus/route.ts'
import { trafficFlow } from '../../devices/simulators/bus/traffic.ts'
import { Places } from '../../devices/simulators/city/places.ts'
import { seededRandom } from '../../devices/simulators/random.ts'

type Ring = [number, number][]
const startAt = Date.UTC(2026, 10, 23, 0)
const outlines = JSON.parse(readFileSync(new URL('../../devices/simulators/data/shanghai_districts.geojson', import.meta.url), 'utf8'))
const places = new Places(seededRandom('places'))
const routes: { readonly route: BusRoute; readonly rings: readonly Ring[] }[] = []

/** Inside in degrees, by the sum of turns and not by crossings: another way than the simulators' own. */
function isInside(rings: readonly Ring[], lon: number, lat: number): boolean {
  return rings.some(ring => {
    let turned = 0
    for (const [index, [x, y]] of ring.entries()) {
      const [nextX, nextY] = ring[(index + 1) % ring.length] ?? [x, y]
      const turn = Math.atan2(nextY - lat, nextX - lon) - Math.atan2(y - lat, x - lon)
      turned += turn > Math.PI ? turn - 2 * Math.PI : turn < -Math.PI ? turn + 2 * Math.PI : turn
    }
    return Math.abs(turned) > Math.PI
  })
}

beforeAll(() => {
  for (const quarter of places.quarters) {
    const feature = outlines.features.find((each: { properties: { name: string } }) => each.properties.name === quarter.district.name)
    const { type, coordinates } = feature.geometry
    const rings: Ring[] = type === 'Polygon' ? [coordinates[0]] : coordinates.map((polygon: Ring[]) => polygon[0])
    for (let index = 0; index < 4; index++) {
      const route = layRoute(`SYN-${quarter.code}-${index}`, quarter.district, quarter.grid, seededRandom(`${quarter.code} ${index}`))
      routes.push({ route, rings })
    }
  }
})

describe('routes', () => {
  it('can be laid in every simulated district, with 10 to 25 stops each way, the last at the end', () => {
    expect(routes).toHaveLength(4 * places.quarters.length)
    for (const { route } of routes) {
      for (const track of [route.out, route.back]) {
        const stops = track.marks.filter(mark => mark.type === 'stop')
        expect(stops.length + 1).toBe(route.stops)
        expect(route.stops).toBeGreaterThanOrEqual(10)
        expect(route.stops).toBeLessThanOrEqual(25)
        expect(stops.at(-1)?.at).toBeCloseTo(track.length, 6)
        expect(track.length).toBeGreaterThan(2_500)
      }
    }
  })

  it('turn like streets: no corner sharper than a right angle and some', () => {
    for (const { route } of routes) {
      for (let metres = 20; metres < route.out.length - 20; metres += 10) {
        const before = route.out.at(metres - 4).heading
        const after = route.out.at(metres + 4).heading
        const turned = Math.abs(((after - before + 540) % 360) - 180)
        expect(turned).toBeLessThan(75)
      }
    }
  })
})

describe('a bus', () => {
  it('stays inside the outline of its district, receiver error and all', () => {
    for (const { route, rings } of routes) {
      const bus = new Bus(route, 0.2, seededRandom(route.id), startAt)
      for (let at = startAt; at < startAt + 2 * 3_600_000; at += 5_000) {
        const { lat, lon } = bus.sample(at).position
        expect(isInside(rings, lon, lat), `${route.id} at ${lat}, ${lon}`).toBe(true)
      }
    }
  })

  it('drives as a bus can: speeds up, brakes, stops with its doors open, and turns round', () => {
    for (const { route } of routes.filter((_, index) => index % 5 === 0)) {
      const bus = new Bus(route, 0.9, seededRandom(route.id), startAt)
      let last: BusSample | undefined
      const trips = new Set<string>()
      const occupancies = new Set<number>()
      let stood = 0
      let fastest = 0
      for (let at = startAt; at < startAt + 3 * 3_600_000; at += 1000) {
        const sample = bus.sample(at)
        const { values, position } = sample
        if (last) {
          const metres = Math.hypot((position.lat - last.position.lat) * 111_195, (position.lon - last.position.lon) * 95_000)
          // At a terminus a bus changes to the other side of the street.
          expect(metres).toBeLessThan(values.trip === last.values.trip ? 27 : 40)
          const acceleration = (values.speed - last.values.speed) / 3.6
          expect(acceleration).toBeLessThan(1.8)
          expect(acceleration).toBeGreaterThan(-4)
          if (values.occupancy !== last.values.occupancy && values.trip === last.values.trip) expect(values.doorOpen || last.values.doorOpen).toBe(true)
        }
        if (values.doorOpen) expect(values.speed).toBe(0)
        expect(values.satellites).toBeGreaterThanOrEqual(5)
        expect(values.satellites).toBeLessThanOrEqual(14)
        expect(values.trip.startsWith(`${route.id}-`)).toBe(true)
        if (values.speed === 0) stood++
        fastest = Math.max(fastest, values.speed)
        trips.add(values.trip)
        occupancies.add(values.occupancy)
        last = sample
      }
      expect(fastest).toBeGreaterThan(20)
      expect(fastest).toBeLessThan(62)
      expect(stood / 10_800).toBeGreaterThan(0.1)
      expect(stood / 10_800).toBeLessThan(0.75)
      expect(trips.size).toBeGreaterThan(1)
      expect(occupancies.size).toBeGreaterThan(5)
    }
  })

  it('has a receiver whose error is metres, and wanders instead of jumping', () => {
    const [first] = routes
    if (!first) throw new Error('no route')
    const bus = new Bus(first.route, 0.5, seededRandom('gps'), startAt)
    const standing: BusSample[] = []
    for (let at = startAt; standing.length < 400; at += 1000) {
      const sample = bus.sample(at)
      if (sample.values.speed === 0) standing.push(sample)
    }
    const steps = standing.slice(1).flatMap((sample, index) => {
      const before = standing[index]
      if (!before || sample.at - before.at !== 1000) return []
      return [Math.hypot((sample.position.lat - before.position.lat) * 111_195, (sample.position.lon - before.position.lon) * 95_000)]
    })
    const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length
    expect(mean).toBeGreaterThan(0.2)
    expect(mean).toBeLessThan(2.5)
  })

  it('is slower in the peaks', () => {
    const local = (hour: number): number => Date.UTC(2026, 10, 23, hour - 8)
    expect(trafficFlow(local(8.5))).toBeLessThan(0.6)
    expect(trafficFlow(local(18))).toBeLessThan(0.6)
    expect(trafficFlow(local(26))).toBe(1)
    expect(trafficFlow(Date.UTC(2026, 10, 22, 0))).toBeGreaterThan(0.7)
  })
})
