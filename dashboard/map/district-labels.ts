import type { StateCounts } from '../live/counts.ts'
import { sumOf } from '../live/counts.ts'
import { BADGE } from './crowds.ts'
import type { LatLon } from './datum.ts'
import type { District } from './districts.ts'
import type { MapPlane } from './map-plane.ts'
import { Pinned } from './pinned.ts'

/** From here on districts are too large for their figures to be read as theirs. */
const FIGURES_BELOW_ZOOM = 12

/** What labels say, in the page's language. */
export interface DistrictWords {
  readonly names: Readonly<Record<string, string>>
  readonly count: (value: number) => string
  /** Spoken. */
  readonly describe: (name: string, counts: StateCounts) => string
}

interface LabelOptions {
  readonly container: HTMLElement
  readonly plane: MapPlane
  readonly onPick: (id: string) => void
}

interface Label {
  readonly button: HTMLButtonElement
  readonly name: HTMLSpanElement
  readonly figures: HTMLSpanElement
  /** What is read out in the place of both. */
  readonly spoken: HTMLSpanElement
  readonly district: District
}

/** The names of the districts as HTML above the map, from afar with the number of devices in them. A name that would touch one before it is hidden. */
export class DistrictLabels {
  readonly #options: LabelOptions
  readonly #pinned: Pinned
  #labels: readonly Label[] = []

  constructor(options: LabelOptions) {
    this.#options = options
    this.#pinned = new Pinned(options.container, options.plane, 'cg-districts')
  }

  show(districts: readonly District[]): void {
    this.#pinned.keepOnly(new Set())
    this.#labels = districts.map(district => {
      const button = document.createElement('button')
      const [name, figures, spoken] = [document.createElement('span'), document.createElement('span'), document.createElement('span')]
      button.type = 'button'
      button.className = 'cg-district'
      figures.className = 'cg-district-figures'
      spoken.className = 'cg-hidden'
      for (const seen of [name, figures]) seen.setAttribute('aria-hidden', 'true')
      // Until it is said what it is.
      button.hidden = true
      button.append(name, figures, spoken)
      button.addEventListener('click', event => {
        event.stopPropagation()
        this.#options.onPick(district.id)
      })
      this.#pinned.put(district.id, district.label, () => button)
      return { button, name, figures, spoken, district }
    })
  }

  /** The page's language, and the devices by district; a district with none has no figures. */
  say(words: DistrictWords, counts: ReadonlyMap<string, StateCounts>): void {
    const near = this.#options.plane.zoom >= FIGURES_BELOW_ZOOM
    for (const { button, name, figures, spoken, district } of this.#labels) {
      const title = words.names[district.id] ?? ''
      const states = near ? undefined : counts.get(district.id)
      put(name, title)
      put(figures, states ? words.count(sumOf(states)) : '')
      figures.dataset.flagged = String(states !== undefined && states.flagged > 0)
      const said = states ? words.describe(title, states) : title
      put(spoken, said)
      if (button.title !== said) button.title = said
    }
  }

  /** `crowds`: the places of badges; names keep off them. */
  arrange(crowds: readonly LatLon[]): void {
    this.#pinned.arrange()
    const placed = crowds.map(crowd => ({ ...this.#options.plane.pixel(crowd), width: BADGE.width }))
    for (const { button, name, district } of this.#labels) {
      const { x, y } = this.#options.plane.pixel(district.label)
      // Fifteen pixels a Chinese character, seven and a half a Latin letter: near enough to keep names apart.
      const text = name.textContent ?? ''
      const width = 12 + text.length * (text > '\u2e80' ? 15 : 7.5)
      const touches = text === '' || placed.some(other => Math.abs(other.x - x) < (other.width + width) / 2 && Math.abs(other.y - y) < 34)
      if (button.hidden !== touches) button.hidden = touches
      if (!touches) placed.push({ x, y, width })
    }
  }

  stop(): void {
    this.#pinned.remove()
  }
}

function put(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text
}
