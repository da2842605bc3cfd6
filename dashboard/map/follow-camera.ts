import type { Map as MapLibreMap } from 'maplibre-gl'
import type { LatLon } from './datum.ts'
import type { MapPlane } from './map-plane.ts'

/** The part of the free map in which a followed device may drive about before the camera goes after it. */
const LOOSE = 0.36
const CATCH_UP_MS = 900

interface FollowOptions {
  readonly map: MapLibreMap
  readonly plane: MapPlane
  /** CSS pixels of the map that the device panel covers. */
  readonly covered: () => { readonly right: number; readonly bottom: number }
  /** The operator took the map in hand. */
  readonly onEnd: () => void
  readonly still: () => boolean
}

/** Keeps a device in view. The map stands still while the device is well inside and goes after it when it nears the edge: a map that moves all the time cannot be read. */
export class FollowCamera {
  readonly #options: FollowOptions
  #following = false

  constructor(options: FollowOptions) {
    this.#options = options
  }

  start(): void {
    const { map } = this.#options
    map.on('dragstart', this.#taken)
    map.getCanvas().addEventListener('keydown', this.#keyed)
  }

  follow(on: boolean): void {
    this.#following = on
  }

  /** Call often. `place`: where the device is drawn. */
  keep(place: LatLon | undefined): void {
    const { map, plane, covered, still } = this.#options
    if (!this.#following || !place || map.isMoving()) return
    const { right, bottom } = covered()
    const { clientWidth, clientHeight } = map.getContainer()
    const [width, height] = [Math.max(80, clientWidth - right), Math.max(80, clientHeight - bottom)]
    const { x, y } = plane.pixel(place)
    if (Math.abs(x / width - 0.5) < LOOSE / 2 && Math.abs(y / height - 0.5) < LOOSE / 2) return
    map.easeTo({ center: plane.drawn(place), offset: [-right / 2, -bottom / 2], duration: still() ? 0 : CATCH_UP_MS })
  }

  readonly #taken = (): void => {
    if (!this.#following) return
    this.#following = false
    this.#options.onEnd()
  }

  readonly #keyed = (event: KeyboardEvent): void => {
    if (event.key.startsWith('Arrow')) this.#taken()
  }
}
