import { type Look, UNKNOWN_LOOK } from '../map/looks.ts'
import type { Scheme } from '../theme/tokens.ts'
import { type Body, drawMark, IMAGE_SIZE } from './mark-images.ts'

/** Image pixels per CSS pixel: sharp on a phone's screen. */
const PIXEL_RATIO = 2
/** Image pixels of a cell, a power of two so that smaller copies of the picture keep cells apart; the image stands in its middle. */
export const CELL = 64
/** Image pixels of an image in its cell. */
export const CELL_IMAGE = IMAGE_SIZE * PIXEL_RATIO
const BODIES: readonly Body[] = ['fresh', 'stale', 'offline']
/** Of each body one that points north and is turned, and one that is not. */
const CELLS_OF_KIND = BODIES.length * 2

/** Which pictures there are, by number. Kinds this page does not know share a look. */
export class SpriteIndex {
  readonly #looks: readonly Look[]
  readonly #first = new Map<string, number>()

  constructor(looks: ReadonlyMap<string, Look>) {
    this.#looks = [UNKNOWN_LOOK, ...looks.values()]
    let index = 0
    for (const kind of looks.keys()) {
      index += 1
      this.#first.set(kind, index)
    }
  }

  /** Cells in a row and in a column of the atlas: powers of two. */
  get columns(): number {
    return 2 ** Math.ceil(Math.log2(Math.sqrt(this.#looks.length * CELLS_OF_KIND)))
  }

  /** `turned`: the one that points north. */
  of(kind: string, body: Body, turned: boolean): number {
    return (this.#first.get(kind) ?? 0) * CELLS_OF_KIND + BODIES.indexOf(body) * 2 + (turned ? 1 : 0)
  }

  /** All of them on one picture, cell after cell, row after row. */
  draw(scheme: Scheme): HTMLCanvasElement {
    const { columns } = this
    const canvas = document.createElement('canvas')
    canvas.width = columns * CELL
    canvas.height = columns * CELL
    const context = canvas.getContext('2d')
    if (!context) return canvas
    this.#looks.forEach((look, kind) => {
      BODIES.forEach((body, row) => {
        for (const [turned, shape] of [look.shape, look.arrow].entries()) {
          if (shape === undefined) continue
          const cell = kind * CELLS_OF_KIND + row * 2 + turned
          const [x, y] = [(cell % columns) + 0.5, Math.floor(cell / columns) + 0.5]
          context.setTransform(PIXEL_RATIO, 0, 0, PIXEL_RATIO, x * CELL, y * CELL)
          drawMark(context, look, shape, body, scheme)
        }
      })
    })
    return canvas
  }
}
