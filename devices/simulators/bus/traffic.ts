import { curveAt, type DailyCurve } from '../curve.ts'
import { localHour, localWeekday } from '../local-time.ts'

/** What is left of a free road's speed on a working day: two peaks, the morning's at half past eight. */
const WORKDAY_FLOW: DailyCurve = [
  [0, 1],
  [5, 1],
  [6.5, 0.85],
  [7.5, 0.6],
  [8.5, 0.5],
  [10, 0.72],
  [12, 0.75],
  [16, 0.7],
  [17.5, 0.52],
  [18.5, 0.5],
  [20, 0.75],
  [22, 0.92],
  [24, 1],
]
const WEEKEND_FLOW: DailyCurve = [
  [0, 1],
  [7, 0.95],
  [11, 0.7],
  [17, 0.65],
  [20, 0.8],
  [24, 1],
]

/** Passengers that wait at an ordinary stop. */
const DEMAND: DailyCurve = [
  [0, 0.4],
  [5, 0.5],
  [6.5, 3],
  [7.5, 6],
  [8.5, 7],
  [10, 3],
  [13, 3],
  [16, 3.5],
  [17.5, 7],
  [19, 5],
  [21, 2],
  [24, 0.4],
]

/** Part of a free road's speed that traffic leaves, between 0 and 1. */
export function trafficFlow(at: number): number {
  return curveAt(localWeekday(at) >= 5 ? WEEKEND_FLOW : WORKDAY_FLOW, localHour(at))
}

/** Passengers that wait at an ordinary stop, on average. */
export function passengerDemand(at: number): number {
  return curveAt(DEMAND, localHour(at)) * (localWeekday(at) >= 5 ? 0.7 : 1)
}
