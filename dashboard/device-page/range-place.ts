/** Where a value lies in its range: a share of it from 0 to 1, and which side it is beyond. */
export interface RangePlace {
  readonly share: number
  readonly beyond: 'below' | 'above' | undefined
}

export function rangePlace(value: number, [low, high]: readonly [number, number]): RangePlace {
  if (value < low) return { share: 0, beyond: 'below' }
  if (value > high) return { share: 1, beyond: 'above' }
  return { share: high > low ? (value - low) / (high - low) : 0.5, beyond: undefined }
}
