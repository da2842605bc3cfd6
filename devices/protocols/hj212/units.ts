/** Units of one quantity, by what one of each is in the first. */
const QUANTITIES: readonly Readonly<Record<string, number>>[] = [
  { 'µg/m³': 1, 'ng/m³': 0.001, 'mg/m³': 1000 },
  { kPa: 1, Pa: 0.001, hPa: 0.1, MPa: 1000 },
  { 'mg/L': 1, 'µg/L': 0.001 },
  { 'µS/cm': 1, 'mS/m': 10, 'mS/cm': 1000 },
  { 'm/s': 1, 'km/h': 1 / 3.6 },
]

/** Every unit a mapping may name. */
export const UNITS: readonly string[] = QUANTITIES.flatMap(quantity => Object.keys(quantity))

/** What a number in one unit is multiplied by to be in the other; undefined when they measure different things. */
export function factorBetween(from: string, to: string): number | undefined {
  if (from === to) return 1
  const quantity = QUANTITIES.find(each => from in each && to in each)
  const [one, other] = [quantity?.[from], quantity?.[to]]
  return one === undefined || other === undefined ? undefined : one / other
}
