import type { Position } from './reading.ts'

/** The parts of the city, for tables by district. */
export interface Districts {
  /** The id of the district a place lies in: in Shanghai its code by GB/T 2260, such as `310115`. Undefined outside all of them. */
  at(position: Position): string | undefined
  /** Names by id, as the outlines tell them. */
  readonly names: ReadonlyMap<string, string>
}
