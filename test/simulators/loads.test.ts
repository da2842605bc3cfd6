import { describe, expect, it } from 'vitest'
import { ElectricLoad } from '../../devices/simulators/meter/electricity.ts'
import { loadCurves } from '../../devices/simulators/meter/load-curve.ts'
import { WaterPipe } from '../../devices/simulators/meter/water.ts'
import type { Plant } from '../../devices/simulators/plant.ts'
import { seededRandom } from '../../devices/simulators/random.ts'
import { Site } from '../../devices/simulators/worksite/site.ts'
import { WeatherOverCity } from '../../devices/simulators/worksite/weather.ts'

/** An hour of Monday, 2026-11-23, in Shanghai; 24 and more are the days after. */
const local = (hour: number): number => Date.UTC(2026, 10, 22, 16) + hour * 3_600_000

/** Mean of a field over an hour. */
function mean(plant: Plant, field: string, hour: number): number {
  let sum = 0
  for (let minute = 0; minute < 60; minute++) sum += Number(plant.sample(local(hour) + minute * 60_000).values[field])
  return sum / 60
}

describe.each(loadCurves.map(curve => [curve.use, curve] as const))('a %s load', (use, curve) => {
  const load = new ElectricLoad(curve, seededRandom(use))

  it('counts the energy that its power makes', () => {
    for (const from of [3, 11, 20, 5 * 24 + 9]) {
      let kwh = 0
      for (let second = 0; second < 3600; second++) kwh += Number(load.sample(local(from) + second * 1000 + 500).values.activePower) / 3600
      const counted = Number(load.sample(local(from + 1)).values.importEnergy) - Number(load.sample(local(from)).values.importEnergy)
      expect(counted / kwh).toBeCloseTo(1, 3)
    }
  })

  it('has phases that add up, are not alike, and sag under load', () => {
    for (let hour = 0; hour < 48; hour++) {
      const { values } = load.sample(local(hour))
      const power = [1, 2, 3].map(phase => Number(values[`powerL${phase}`]))
      expect(power.reduce((sum, kw) => sum + kw, 0)).toBeCloseTo(Number(values.activePower), 2)
      expect(new Set(power).size).toBe(3)
      for (const phase of [1, 2, 3]) {
        const apparent = (Number(values[`voltageL${phase}`]) * Number(values[`currentL${phase}`])) / 1000
        expect((apparent * Number(values.powerFactor)) / (power[phase - 1] ?? 0)).toBeCloseTo(1, 2)
      }
    }
    const peak = use === 'residential' ? 20 : 10
    expect(mean(load, 'voltageL1', peak)).toBeLessThan(mean(load, 'voltageL1', 3) - 1)
  })

  it('follows its use over day and week', () => {
    const night = mean(load, 'activePower', 3)
    const morning = mean(load, 'activePower', 10)
    const evening = mean(load, 'activePower', 20)
    const saturday = mean(load, 'activePower', 5 * 24 + 10)
    if (use === 'residential') expect(evening).toBeGreaterThan(2 * night)
    else expect(morning).toBeGreaterThan(1.6 * night)
    if (use === 'industrial') expect(saturday).toBeLessThan(0.7 * morning)
  })
})

describe('a water pipe', () => {
  const pipe = new WaterPipe(seededRandom('water'))

  it('has its least flow at night and its peak in the morning, and counts what flows', () => {
    expect(mean(pipe, 'flow', 2.5)).toBeLessThan(0.2 * mean(pipe, 'flow', 7))
    expect(mean(pipe, 'flow', 7)).toBeGreaterThan(mean(pipe, 'flow', 14))
    const counted = Number(pipe.sample(local(8)).values.total) - Number(pipe.sample(local(7)).values.total)
    expect(counted / mean(pipe, 'flow', 7)).toBeCloseTo(1, 1)
    expect(mean(pipe, 'pressure', 7)).toBeLessThan(mean(pipe, 'pressure', 3))
  })
})

describe('a construction site', () => {
  const weather = new WeatherOverCity(99)
  const sites = Array.from({ length: 12 }, (_, index) => new Site(weather, true, seededRandom(`site ${index}`)))
  const overSites = (field: string, hour: number): number => sites.reduce((sum, site) => sum + mean(site, field, hour), 0) / sites.length

  it('is loud and dusty when people work, and quiet at night', () => {
    expect(overSites('noise', 10)).toBeGreaterThan(overSites('noise', 3) + 12)
    expect(overSites('noise', 3)).toBeLessThan(55)
    expect(overSites('pm10', 10)).toBeGreaterThan(overSites('pm10', 3))
    expect(overSites('craneLoad', 10)).toBeGreaterThan(0.2)
    expect(overSites('craneLoad', 2)).toBeLessThan(0.1 * overSites('craneLoad', 10))
  })

  it('has episodes of dust that come and go', () => {
    const samples = sites.flatMap(site => Array.from({ length: 7 * 24 * 12 }, (_, index) => Number(site.sample(local(index / 12)).values.pm10)))
    const dusty = samples.filter(pm10 => pm10 > 300).length / samples.length
    expect(dusty).toBeGreaterThan(0.002)
    expect(dusty).toBeLessThan(0.15)
  })

  it('shares its weather with the others: warm days, cool nights, dark nights', () => {
    const [one, two] = sites
    if (!one || !two) throw new Error('no sites')
    for (let hour = 0; hour < 72; hour += 5) expect(Math.abs(mean(one, 'temperature', hour) - mean(two, 'temperature', hour))).toBeLessThan(1.5)
    const days = Array.from({ length: 20 }, (_, day) => weather.at(local(24 * day + 14)).temperatureC - weather.at(local(24 * day + 4)).temperatureC)
    expect(days.reduce((sum, difference) => sum + difference, 0) / days.length).toBeGreaterThan(3)
    expect(weather.at(local(1)).illuminanceLux).toBe(0)
    expect(weather.at(local(12)).illuminanceLux).toBeGreaterThan(3_000)
    const july = weather.at(Date.UTC(2026, 6, 25, 6)).temperatureC
    const january = weather.at(Date.UTC(2026, 0, 25, 6)).temperatureC
    expect(july).toBeGreaterThan(january + 12)
  })
})
