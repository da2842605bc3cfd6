import { type Map as MapLibreMap, Marker } from 'maplibre-gl'
import type { Counts } from '../live/counts.ts'
import type { Mark, MarkState } from '../live/mark.ts'
import type { Marks } from '../live/marks.ts'
import { type BadgeWords, CrowdBadges } from './crowd-badges.ts'
import { type Crowd, type CrowdMark, FAR_ZOOM, farCrowds, membersOf, piles } from './crowds.ts'
import type { LatLon } from './datum.ts'
import { DistrictLabels, type DistrictWords } from './district-labels.ts'
import type { DistrictIndex } from './districts.ts'
import type { Look } from './looks.ts'
import type { MapPlane } from './map-plane.ts'
import { NameLabels } from './name-labels.ts'

/** What the overlay says, in the page's language. */
export interface OverlayWords {
  readonly crowds: BadgeWords
  readonly districts: DistrictWords
}

interface OverlayOptions {
  readonly map: MapLibreMap
  readonly plane: MapPlane
  readonly marks: Marks
  readonly stateOf: (mark: Mark) => MarkState
  readonly look: (kind: string) => Look
  /** What the filter lets through. */
  readonly shows: (mark: Mark, state: MarkState) => boolean
  /** Whether the names of districts are shown: a base map of the gateway's has its own. */
  readonly districtLabels: boolean
  readonly onCrowd: (crowd: Crowd) => void
  readonly onDistrict: (id: string) => void
}

/** What is written above the marks in HTML: crowds, names of devices and districts, and the tag of the selected device. */
export class Overlay {
  readonly #options: OverlayOptions
  readonly #districts: DistrictLabels
  readonly #names: NameLabels
  readonly #crowds: CrowdBadges
  readonly #nameTag: Marker
  #piled: ReadonlySet<string> = new Set()

  constructor(options: OverlayOptions) {
    this.#options = options
    const { map, plane, marks, stateOf, look, onCrowd, onDistrict } = options
    const container = map.getCanvasContainer()
    this.#districts = new DistrictLabels({ container, plane, onPick: onDistrict })
    this.#names = new NameLabels({ container, plane, marks, stateOf, shows: (mark, state) => options.shows(mark, state) && !this.#piled.has(mark.device) })
    this.#crowds = new CrowdBadges({ container, plane, look, onOpen: onCrowd })
    const element = document.createElement('div')
    element.className = 'cg-name-tag'
    this.#nameTag = new Marker({ element, anchor: 'bottom', offset: [0, -14] })
  }

  /** Crowds stand in the place of marks. */
  get far(): boolean {
    return this.#options.plane.zoom < FAR_ZOOM
  }

  /** Devices that stand on one another and are shown as a crowd. */
  get piled(): ReadonlySet<string> {
    return this.#piled
  }

  showDistricts(index: DistrictIndex): void {
    if (this.#options.districtLabels) this.#districts.show(index.districts)
  }

  /** The map moved. */
  arrange(): void {
    this.#crowds.arrange()
    this.#districts.arrange(this.#crowds.crowds)
  }

  /** About once a second: who belongs to which crowd, and whose names are shown. */
  sweep({ words, selected, counts }: { readonly words: OverlayWords; readonly selected: string | undefined; readonly counts: Counts }): void {
    const { plane } = this.#options
    if (this.far) {
      this.#piled = new Set()
      this.#crowds.show(farCrowds(this.#shown(), plane.zoom), words.crowds)
    } else {
      const { crowds, members } = piles(this.#shown())
      this.#piled = members
      this.#crowds.show(crowds, words.crowds)
    }
    this.#names.choose(selected)
    this.#districts.say(words.districts, counts.byDistrict)
    this.#districts.arrange(this.#crowds.crowds)
  }

  /** The selected device carries its name along, and the names of the others go with them. Answers where the selected one is drawn. Call in every frame. */
  follow(selected: string | undefined): LatLon | undefined {
    this.#names.arrange()
    const { marks, map, plane } = this.#options
    const mark = selected === undefined ? undefined : marks.get(selected)
    const place = mark && marks.place(mark.device)
    if (!place) {
      this.#nameTag.remove()
      return undefined
    }
    const element = this.#nameTag.getElement()
    const name = mark.name ?? mark.device
    if (element.textContent !== name) element.textContent = name
    const [lon, lat] = plane.drawn(place)
    const at = this.#nameTag.getLngLat()
    if (at?.lng === lon && at.lat === lat && element.isConnected) return place
    this.#nameTag.setLngLat([lon, lat])
    if (!element.isConnected) this.#nameTag.addTo(map)
    return place
  }

  devicesOf(crowd: Crowd): readonly string[] {
    return membersOf(crowd, this.#shown()).map(({ mark }) => mark.device)
  }

  stop(): void {
    this.#districts.stop()
    this.#names.stop()
    this.#crowds.stop()
  }

  *#shown(): Iterable<CrowdMark> {
    const { marks, stateOf, shows } = this.#options
    for (const mark of marks.all()) {
      const state = stateOf(mark)
      if (shows(mark, state)) yield { mark, state }
    }
  }
}
