import { MARK_STATES } from '../live/mark.ts'
import { type Crowd, worstOf } from './crowds.ts'
import type { Look } from './looks.ts'
import type { MapPlane } from './map-plane.ts'
import { Pinned } from './pinned.ts'

/** Kinds named on a badge; the others are counted in its total. */
const MOST_KINDS = 2

interface BadgeOptions {
  readonly container: HTMLElement
  readonly plane: MapPlane
  readonly look: (kind: string) => Look
  readonly onOpen: (crowd: Crowd) => void
}

/** What a badge says, in the page's language. */
export interface BadgeWords {
  readonly count: (value: number) => string
  readonly describe: (crowd: Crowd) => string
}

/** Crowds as buttons on the map: how many devices, of which kinds, and whether some need an eye. */
export class CrowdBadges {
  readonly #options: BadgeOptions
  readonly #pinned: Pinned
  readonly #shown = new Map<string, { crowd: Crowd; said: string }>()

  constructor(options: BadgeOptions) {
    this.#options = options
    this.#pinned = new Pinned(options.container, options.plane, 'cg-crowds')
  }

  show(crowds: readonly Crowd[], words: BadgeWords): void {
    const keys = new Set(crowds.map(({ key }) => key))
    this.#pinned.keepOnly(keys)
    for (const key of this.#shown.keys()) if (!keys.has(key)) this.#shown.delete(key)
    for (const crowd of crowds) {
      const element = this.#pinned.put(crowd.key, crowd, () => this.#newBadge(crowd.key))
      const said = words.describe(crowd)
      const before = this.#shown.get(crowd.key)
      this.#shown.set(crowd.key, { crowd, said })
      if (before?.said !== said) this.#fill(element, crowd, words, said)
    }
    this.arrange()
  }

  /** Where badges stand. */
  get crowds(): readonly Crowd[] {
    return [...this.#shown.values()].map(({ crowd }) => crowd)
  }

  arrange(): void {
    this.#pinned.arrange()
  }

  stop(): void {
    this.#pinned.remove()
  }

  #newBadge(key: string): HTMLElement {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'cg-crowd'
    button.addEventListener('click', event => {
      event.stopPropagation()
      const shown = this.#shown.get(key)
      if (shown) this.#options.onOpen(shown.crowd)
    })
    return button
  }

  #fill(element: HTMLElement, crowd: Crowd, words: BadgeWords, said: string): void {
    element.title = said
    element.dataset.worst = worstOf(crowd.states)
    const total = document.createElement('b')
    total.textContent = words.count(crowd.count)
    const states = document.createElement('span')
    states.className = 'cg-crowd-states'
    for (const state of MARK_STATES) {
      if (crowd.states[state] === 0) continue
      const part = document.createElement('i')
      part.dataset.state = state
      part.style.flexGrow = String(crowd.states[state])
      states.append(part)
    }
    const kinds = document.createElement('span')
    kinds.className = 'cg-crowd-kinds'
    for (const [kind, count] of [...crowd.kinds].sort((a, b) => b[1] - a[1]).slice(0, MOST_KINDS)) {
      kinds.append(kindShape(this.#options.look(kind)), words.count(count))
    }
    const [only] = crowd.kinds.keys()
    const drawn = [total, states, crowd.kinds.size > 1 ? kinds : kindShape(this.#options.look(only ?? ''))]
    for (const seen of drawn) seen.setAttribute('aria-hidden', 'true')
    const spoken = document.createElement('span')
    spoken.className = 'cg-hidden'
    spoken.textContent = said
    element.replaceChildren(...drawn, spoken)
  }
}

const SVG = 'http://www.w3.org/2000/svg'

function kindShape({ shape, arrow, colour }: Look): SVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(SVG, 'path')
  path.setAttribute('d', arrow ?? shape)
  path.setAttribute('class', `cg-kind-${colour}`)
  svg.append(path)
  return svg
}
