import type { Scheme } from '../theme/tokens.ts'
import { tokens } from '../theme/tokens.ts'
import type { Look } from './looks.ts'

/** CSS pixels of a mark's image, its outline included. */
const SIZE = 28
/** Image pixels per CSS pixel: sharp on a phone's screen. */
export const PIXEL_RATIO = 2

/** The name of a mark's image in the map's style. */
export function imageName(kind: string, stale: boolean, turned: boolean): string {
  return `mark:${kind}:${stale ? 'stale' : 'fresh'}${turned ? ':arrow' : ''}`
}

/** Every image of a kind, drawn on a canvas. */
export function drawImages(kind: string, look: Look, scheme: Scheme): ReadonlyMap<string, ImageData> {
  const images = new Map<string, ImageData>()
  for (const stale of [false, true]) {
    images.set(imageName(kind, stale, false), draw(look, look.shape, stale, scheme))
    if (look.arrow) images.set(imageName(kind, stale, true), draw(look, look.arrow, stale, scheme))
  }
  return images
}

function draw(look: Look, shape: string, stale: boolean, scheme: Scheme): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = SIZE * PIXEL_RATIO
  canvas.height = SIZE * PIXEL_RATIO
  const context = canvas.getContext('2d')
  if (!context) return new ImageData(canvas.width, canvas.height)
  const map = tokens.map[scheme]
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
  return context.getImageData(0, 0, canvas.width, canvas.height)
}
