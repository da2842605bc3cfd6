import type { Look } from '../map/looks.ts'
import { type Scheme, tokens } from '../theme/tokens.ts'

/** CSS pixels of a mark, its outline included. */
export const SPRITE_SIZE = 28
const PIXEL_RATIO = 2

/** The drawings of one kind: as an arrow to the north while a heading is known; hollow while it is silent. */
export interface Sprites {
  readonly arrow: HTMLCanvasElement
  readonly plain: HTMLCanvasElement
  readonly silentArrow: HTMLCanvasElement
  readonly silentPlain: HTMLCanvasElement
}

export function spritesOf(look: Look, scheme: Scheme): Sprites {
  const arrow = look.arrow ?? look.shape
  return {
    arrow: draw(look, arrow, false, scheme),
    plain: draw(look, look.shape, false, scheme),
    silentArrow: draw(look, arrow, true, scheme),
    silentPlain: draw(look, look.shape, true, scheme),
  }
}

function draw(look: Look, shape: string, silent: boolean, scheme: Scheme): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = SPRITE_SIZE * PIXEL_RATIO
  canvas.height = SPRITE_SIZE * PIXEL_RATIO
  const context = canvas.getContext('2d')
  if (!context) return canvas
  const { outline, stale } = tokens.map[scheme]
  context.scale(PIXEL_RATIO, PIXEL_RATIO)
  context.translate((SPRITE_SIZE - 24) / 2, (SPRITE_SIZE - 24) / 2)
  context.lineJoin = 'round'
  const body = new Path2D(shape)
  context.strokeStyle = outline
  context.lineWidth = 3
  context.stroke(body)
  context.fillStyle = silent ? outline : tokens.kind[scheme][look.colour]
  context.fill(body)
  if (!silent) return canvas
  context.strokeStyle = stale
  context.lineWidth = 2
  context.stroke(body)
  return canvas
}
