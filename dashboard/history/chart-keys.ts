import { panned, type Stretch, zoomed } from './span.ts'

/** What a key does to a chart that has the focus. `step`: to the next point, or to the first or last where it is infinite. */
export type KeyAct = { readonly step: number } | { readonly look: (shown: Stretch) => Stretch } | 'back' | 'leave'

const nearer: KeyAct = { look: shown => zoomed(shown, 2, (shown.from + shown.to) / 2) }

/** Undefined: the key is not the chart's. */
export function keyAct(key: string, shift: boolean): KeyAct | undefined {
  switch (key) {
    case 'ArrowLeft':
      return shift ? { look: shown => panned(shown, -0.25) } : { step: -1 }
    case 'ArrowRight':
      return shift ? { look: shown => panned(shown, 0.25) } : { step: 1 }
    case 'Home':
      return { step: Number.NEGATIVE_INFINITY }
    case 'End':
      return { step: Number.POSITIVE_INFINITY }
    case '+':
    case '=':
      return nearer
    case '-':
      return { look: shown => zoomed(shown, 0.5, (shown.from + shown.to) / 2) }
    case 'Backspace':
      return 'back'
    case 'Escape':
      return 'leave'
    default:
      return undefined
  }
}
