import type { NearMark } from '../marks/mark-buffer.ts'
import { scaleAt } from '../marks/mark-scale.ts'

/** Pixels around a mark in which a pointer counts as on it: fingers are broad. */
const AROUND = 9
/** From the middle of a mark to its edge, pixels at scale 1. */
const HALF_MARK = 11
/** A mark that is nearer to the pointer than all others by this much is the one that is meant. Pixels. */
const CLEARLY = 4

/** How far from the pointer the middle of a mark may be that it means, pixels. */
export function reachAt(zoom: number): number {
  return AROUND + HALF_MARK * scaleAt(zoom)
}

/** The devices a pointer means: one, where one is clearly the nearest; all it may mean otherwise. `near`: the nearest first. */
export function meant(near: readonly NearMark[], worldPixels: number): readonly string[] {
  const [nearest, second] = near
  if (nearest && second && (second.distance - nearest.distance) * worldPixels >= CLEARLY) return [nearest.key]
  return near.map(({ key }) => key)
}
