import { inside } from '../live/geohash.ts'
import type { Mark, MarkState } from '../live/mark.ts'
import type { Marks } from '../live/marks.ts'
import { labelWidth, placeLabels, type Wish } from './label-placement.ts'
import type { MapPlane } from './map-plane.ts'
import { Pinned } from './pinned.ts'

/** From here on marks carry their names. */
const NEAR_ZOOM = 13.5
const MOST_LABELS = 90
/** More marks in view than this are not looked at: they leave no room for names. */
const MOST_WISHES = 600

interface LabelOptions {
  readonly container: HTMLElement
  readonly plane: MapPlane
  readonly marks: Marks
  readonly stateOf: (mark: Mark) => MarkState
  /** Whether the mark is drawn by itself. */
  readonly shows: (mark: Mark, state: MarkState) => boolean
}

/** The names of the marks where the map is near: none touches another, and one that is shown stays as long as it can. */
export class NameLabels {
  readonly #options: LabelOptions
  readonly #pinned: Pinned
  #placed: ReadonlySet<string> = new Set()

  constructor(options: LabelOptions) {
    this.#options = options
    this.#pinned = new Pinned(options.container, options.plane, 'cg-labels')
  }

  /** Chooses anew whose names are shown. The selected device has a name tag of its own. */
  choose(selected: string | undefined): void {
    const { plane, marks } = this.#options
    const wishes = plane.zoom < NEAR_ZOOM ? [] : this.#wishes(selected)
    this.#placed = placeLabels(wishes, MOST_LABELS)
    this.#pinned.keepOnly(this.#placed)
    for (const device of this.#placed) {
      const mark = marks.get(device)
      if (!mark) continue
      const element = this.#pinned.put(device, mark, newLabel)
      const text = nameOf(mark)
      if (element.textContent !== text) element.textContent = text
    }
    this.arrange()
  }

  /** Names move with their marks. */
  arrange(): void {
    if (this.#placed.size > 0) this.#pinned.arrange(device => this.#options.marks.place(device))
  }

  stop(): void {
    this.#pinned.remove()
  }

  #wishes(selected: string | undefined): readonly Wish[] {
    const { plane, marks, stateOf, shows } = this.#options
    const view = plane.bounds
    const shown: Mark[] = []
    for (const mark of marks.all()) {
      if (mark.device === selected || !inside(view, mark.lat, mark.lon) || !shows(mark, stateOf(mark))) continue
      shown.push(mark)
      if (shown.length > MOST_WISHES) return []
    }
    // What is shown already first, so that names do not come and go; then in a steady order.
    const rank = ({ device }: Mark) => (this.#placed.has(device) ? 0 : 1)
    shown.sort((a, b) => rank(a) - rank(b) || (a.device < b.device ? -1 : 1))
    return shown.map(mark => ({ device: mark.device, ...plane.pixel(marks.place(mark.device) ?? mark), width: labelWidth(nameOf(mark)) }))
  }
}

function nameOf({ device, name }: Mark): string {
  return name ?? device
}

function newLabel(): HTMLElement {
  const element = document.createElement('span')
  element.className = 'cg-label'
  // The list of devices says the same to screen readers; here names would come and go.
  element.setAttribute('aria-hidden', 'true')
  return element
}
