import type { DailyCurve } from '../curve.ts'

/** What a building uses, as parts of its own peak, by the hour in Shanghai. */
export interface LoadCurve {
  readonly use: 'residential' | 'commercial' | 'industrial'
  readonly workday: DailyCurve
  readonly weekend: DailyCurve
  /** Its peak, in kW. */
  readonly peakKw: readonly [number, number]
  readonly powerFactor: readonly [number, number]
}

/** Flats peak when people cook in the evening, offices and shops by day, plants in two shifts with a break at noon. */
export const loadCurves: readonly LoadCurve[] = [
  {
    use: 'residential',
    workday: [
      [0, 0.3],
      [3, 0.2],
      [5.5, 0.24],
      [7, 0.52],
      [8.5, 0.4],
      [12, 0.42],
      [14, 0.36],
      [17, 0.6],
      [19, 0.96],
      [21, 1],
      [22.5, 0.7],
      [24, 0.3],
    ],
    weekend: [
      [0, 0.34],
      [4, 0.22],
      [8, 0.48],
      [12, 0.66],
      [15, 0.58],
      [19, 1],
      [21.5, 0.95],
      [24, 0.34],
    ],
    peakKw: [8, 45],
    powerFactor: [0.93, 0.98],
  },
  {
    use: 'commercial',
    workday: [
      [0, 0.16],
      [6, 0.18],
      [8, 0.55],
      [10, 0.92],
      [12, 0.95],
      [14, 1],
      [17, 0.93],
      [19, 0.7],
      [21.5, 0.52],
      [22.5, 0.22],
      [24, 0.16],
    ],
    weekend: [
      [0, 0.16],
      [8, 0.26],
      [11, 0.72],
      [15, 0.84],
      [20, 0.76],
      [22, 0.3],
      [24, 0.16],
    ],
    peakKw: [40, 160],
    powerFactor: [0.88, 0.95],
  },
  {
    use: 'industrial',
    workday: [
      [0, 0.34],
      [6, 0.36],
      [7.5, 0.78],
      [9, 0.98],
      [11.5, 1],
      [12.25, 0.64],
      [13.5, 0.97],
      [17, 0.94],
      [18.5, 0.72],
      [22, 0.66],
      [23, 0.4],
      [24, 0.34],
    ],
    weekend: [
      [0, 0.3],
      [8, 0.44],
      [13, 0.5],
      [18, 0.42],
      [24, 0.3],
    ],
    peakKw: [120, 420],
    powerFactor: [0.8, 0.92],
  },
]

/** What a block of flats draws from the main: least at three at night, most before work and school. */
export const waterCurve: { readonly workday: DailyCurve; readonly weekend: DailyCurve } = {
  workday: [
    [0, 0.2],
    [3, 0.06],
    [5, 0.12],
    [7, 1],
    [8.5, 0.74],
    [11, 0.5],
    [14, 0.38],
    [18, 0.72],
    [20.5, 0.82],
    [22.5, 0.44],
    [24, 0.2],
  ],
  weekend: [
    [0, 0.24],
    [3.5, 0.07],
    [6, 0.16],
    [9, 0.94],
    [12, 0.68],
    [15, 0.5],
    [19, 0.86],
    [22, 0.5],
    [24, 0.24],
  ],
}
