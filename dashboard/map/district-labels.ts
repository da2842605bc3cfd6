import { type Map as MapLibreMap, Marker } from 'maplibre-gl'
import { DISTRICTS_URL } from './base-style.ts'

/** Where the outlines name no place for their label. */
const PLACES: Readonly<Record<string, readonly [number, number]>> = { '310151': [121.52, 31.63] }

interface District {
  readonly id: string
  readonly lon: number
  readonly lat: number
}

/** The names of the districts as HTML above the map: drawing text inside it would need a server of glyphs. A name that would touch one before it is hidden. */
export class DistrictLabels {
  readonly #map: MapLibreMap
  readonly #markers: { readonly marker: Marker; readonly element: HTMLElement; readonly district: District }[] = []
  #stopped = false

  constructor(map: MapLibreMap) {
    this.#map = map
  }

  /** Fetches the places and shows the names. Without the file there are simply none. */
  async start(names: Readonly<Record<string, string>>): Promise<void> {
    const districts = await fetchDistricts()
    if (this.#stopped) return
    for (const district of districts) {
      const element = document.createElement('div')
      element.className = 'cg-district'
      element.setAttribute('aria-hidden', 'true')
      const marker = new Marker({ element }).setLngLat([district.lon, district.lat]).addTo(this.#map)
      this.#markers.push({ marker, element, district })
    }
    this.rename(names)
    this.#map.on('move', this.#arrange)
  }

  /** The page speaks another language now. */
  rename(names: Readonly<Record<string, string>>): void {
    for (const { element, district } of this.#markers) element.textContent = names[district.id] ?? ''
    this.#arrange()
  }

  stop(): void {
    this.#stopped = true
    this.#map.off('move', this.#arrange)
    for (const { marker } of this.#markers) marker.remove()
    this.#markers.length = 0
  }

  readonly #arrange = (): void => {
    const placed: { x: number; y: number; width: number }[] = []
    for (const { element, district } of this.#markers) {
      const { x, y } = this.#map.project([district.lon, district.lat])
      // Fifteen pixels a Chinese character, seven a Latin letter: near enough to keep names apart.
      const text = element.textContent ?? ''
      const width = 12 + text.length * (text > '\u2e80' ? 15 : 7.5)
      const touches = placed.some(other => Math.abs(other.x - x) < (other.width + width) / 2 && Math.abs(other.y - y) < 20)
      element.hidden = touches
      if (!touches) placed.push({ x, y, width })
    }
  }
}

async function fetchDistricts(): Promise<readonly District[]> {
  try {
    const response = await fetch(DISTRICTS_URL)
    const body: unknown = await response.json()
    return readDistricts(body)
  } catch {
    return []
  }
}

/** Reads ids and label places (`cp`) from the outlines; Chongming, the one without an id there, is 310151 (GB/T 2260). */
export function readDistricts(body: unknown): readonly District[] {
  if (!isRecord(body) || !Array.isArray(body.features)) return []
  return body.features.flatMap((feature: unknown) => {
    if (!isRecord(feature)) return []
    const id = typeof feature.id === 'string' ? feature.id : '310151'
    const cp: unknown = isRecord(feature.properties) ? feature.properties.cp : undefined
    const [lon, lat]: unknown[] = Array.isArray(cp) ? cp : [...(PLACES[id] ?? [])]
    return typeof lon === 'number' && typeof lat === 'number' ? [{ id, lon, lat }] : []
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
