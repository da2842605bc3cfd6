import type { LatLon } from './datum.ts'
import type { MapPlane } from './map-plane.ts'

interface Pin {
  readonly element: HTMLElement
  place: LatLon
  x: number
  y: number
}

/** HTML elements that stand at places of the map: text and buttons need no glyph server, whatever the base map, and can be reached by keyboard. */
export class Pinned {
  readonly #layer: HTMLElement
  readonly #plane: MapPlane
  readonly #pins = new Map<string, Pin>()

  /** `container`: what lies above the map and hands on wheel and drag to it. */
  constructor(container: HTMLElement, plane: MapPlane, className: string) {
    this.#plane = plane
    this.#layer = document.createElement('div')
    this.#layer.className = className
    container.append(this.#layer)
  }

  /** The element of this name, made if there is none, now at this place. */
  put(key: string, place: LatLon, make: () => HTMLElement): HTMLElement {
    const known = this.#pins.get(key)
    if (known) {
      known.place = place
      return known.element
    }
    const element = make()
    this.#layer.append(element)
    this.#pins.set(key, { element, place, x: Number.NaN, y: Number.NaN })
    return element
  }

  /** Takes off all others. */
  keepOnly(keys: ReadonlySet<string>): void {
    for (const [key, { element }] of this.#pins) {
      if (keys.has(key)) continue
      element.remove()
      this.#pins.delete(key)
    }
  }

  /** Puts every element where its place is on the screen now. `placeOf`: where a thing that moves is drawn; undefined: where it was put. */
  arrange(placeOf?: (key: string) => LatLon | undefined): void {
    for (const [key, pin] of this.#pins) {
      const { x, y } = this.#plane.pixel(placeOf?.(key) ?? pin.place)
      const [left, top] = [Math.round(x), Math.round(y)]
      if (left === pin.x && top === pin.y) continue
      pin.x = left
      pin.y = top
      pin.element.style.transform = `translate(${left}px, ${top}px)`
    }
  }

  remove(): void {
    this.#pins.clear()
    this.#layer.remove()
  }
}
