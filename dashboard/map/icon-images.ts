import type { MarkState } from '../live/mark.ts'
import type { Scheme } from '../theme/tokens.ts'
import { tokens } from '../theme/tokens.ts'
import type { Look } from './looks.ts'

/** CSS pixels of a mark's image, its outline included. */
const SIZE = 28
/** Image pixels per CSS pixel: sharp on a phone's screen. */
export const PIXEL_RATIO = 2

/** How a mark's body is drawn: filled; hollow, as it no longer reports; hollow and struck through, as it is lost. A flagged one is filled, with a ring that is a layer of its own. */
type Body = 'fresh' | 'stale' | 'offline'

const BODIES: readonly Body[] = ['fresh', 'stale', 'offline']

/** The name of a mark's image in the map's style. */
export function imageName(kind: string, state: MarkState, turned: boolean): string {
  return `mark:${kind}:${state === 'flagged' ? 'fresh' : state}${turned ? ':arrow' : ''}`
}

/** Every image of a kind, drawn on a canvas. */
export function drawImages(kind: string, look: Look, scheme: Scheme): ReadonlyMap<string, ImageData> {
  const images = new Map<string, ImageData>()
  for (const body of BODIES) {
    images.set(imageName(kind, body, false), draw(look, look.shape, body, scheme))
    if (look.arrow) images.set(imageName(kind, body, true), draw(look, look.arrow, body, scheme))
  }
  return images
}

function draw(look: Look, shape: string, state: Body, scheme: Scheme): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = SIZE * PIXEL_RATIO
  canvas.height = SIZE * PIXEL_RATIO
  const context = canvas.getContext('2d')
  if (!context) return new ImageData(canvas.width, canvas.height)
  const map = tokens.map[scheme]
  const stale = state !== 'fresh'
  const colour = stale ? map.stale : tokens.kind[scheme][look.colour]
  context.scale(PIXEL_RATIO, PIXEL_RATIO)
  context.translate((SIZE - 24) / 2, (SIZE - 24) / 2)
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
  return context.getImageData(0, 0, canvas.width, canvas.height)
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
