import type { Look } from '../map/looks.ts'
import { type Scheme, tokens } from '../theme/tokens.ts'

/** CSS pixels of a mark's image, its outline included. */
export const IMAGE_SIZE = 28

/** How a mark's body is drawn: filled; hollow, as it no longer reports; hollow and struck through, as it is lost. */
export type Body = 'fresh' | 'stale' | 'offline'

/** Draws a mark around the middle of the context. `shape`: one of the look's. */
export function drawMark(context: CanvasRenderingContext2D, look: Look, shape: string, state: Body, scheme: Scheme): void {
  const map = tokens.map[scheme]
  const stale = state !== 'fresh'
  const colour = stale ? map.stale : tokens.kind[scheme][look.colour]
  context.translate(-12, -12)
  context.lineJoin = 'round'
  context.lineCap = 'round'
  const body = new Path2D(shape)
  context.strokeStyle = map.outline
  context.lineWidth = 3
  context.stroke(body)
  context.fillStyle = stale ? map.outline : colour
  context.fill(body)
  if (stale) {
    context.strokeStyle = colour
    context.lineWidth = 2
    context.stroke(body)
  }
  if (look.glyph && shape === look.shape) {
    const glyph = new Path2D(look.glyph)
    const glyphColour = stale ? colour : map.outline
    if (look.filledGlyph) {
      context.fillStyle = glyphColour
      context.fill(glyph)
    } else {
      context.strokeStyle = glyphColour
      context.lineWidth = 1.9
      context.stroke(glyph)
    }
  }
  if (state === 'offline') strike(context, map.outline, colour)
}

/** A stroke across, on a lighter one so that it stands out from the shape. */
function strike(context: CanvasRenderingContext2D, halo: string, colour: string): void {
  const line = new Path2D('M4.5 19.5 19.5 4.5')
  context.strokeStyle = halo
  context.lineWidth = 5
  context.stroke(line)
  context.strokeStyle = colour
  context.lineWidth = 2
  context.stroke(line)
}
