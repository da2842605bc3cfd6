import type { Look } from '../map/looks.ts'
import type { Scheme } from '../theme/tokens.ts'
import { DrawPace, sameCamera } from './draw-pace.ts'
import { drawsInSoftware } from './gl-program.ts'
import type { MarkBuffer } from './mark-buffer.ts'
import { type Camera, MarksPainter } from './marks-painter.ts'
import { worldPixels } from './mercator.ts'
import { SpriteIndex } from './sprite-atlas.ts'

/** CSS pixels around the map that are drawn too: a mark whose middle is outside is seen in part, and the canvas may be shifted a little before it is drawn anew. */
const MARGIN = 24
/** More image pixels per CSS pixel than this nobody sees. */
const FINEST = 2

interface CanvasOptions {
  /** The base map: marks are drawn right above it. */
  readonly below: HTMLElement
  readonly buffer: MarkBuffer
  readonly looks: ReadonlyMap<string, Look>
  readonly scheme: Scheme
  readonly glideMs: number
  /** Marks of this rank have a ring. */
  readonly ringed: number
}

/**
 * The marks on a canvas of their own above the base map, which need not be drawn again because a bus moved. Where WebGL is drawn by the processor, the canvas is shifted with the map and drawn anew
 * as often as that leaves time for the map. Survives the loss of its WebGL context.
 */
export class MarksCanvas {
  readonly sprites: SpriteIndex
  readonly #options: CanvasOptions
  readonly #canvas = document.createElement('canvas')
  #painter: MarksPainter | undefined
  #software = false
  #pace = new DrawPace(false)
  #scheme: Scheme
  #selected: string | undefined
  #changed = true
  #hidden = false

  constructor(options: CanvasOptions) {
    this.#options = options
    this.#scheme = options.scheme
    this.sprites = new SpriteIndex(options.looks)
  }

  start(): void {
    const canvas = this.#canvas
    canvas.className = 'cg-marks'
    canvas.setAttribute('aria-hidden', 'true')
    canvas.addEventListener('webglcontextlost', event => {
      // Else it would never be given back.
      event.preventDefault()
      this.#painter = undefined
    })
    canvas.addEventListener('webglcontextrestored', () => this.#begin())
    this.#options.below.after(canvas)
    this.#begin()
  }

  stop(): void {
    this.#canvas.remove()
    // Browsers keep only a few contexts alive: this one is given back at once.
    this.#canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext()
    this.#painter = undefined
  }

  /** The buffer has changed: it is drawn with the next frame. */
  touch(): void {
    this.#changed = true
  }

  set scheme(scheme: Scheme) {
    this.#changed ||= scheme !== this.#scheme
    this.#scheme = scheme
  }

  set selected(key: string | undefined) {
    this.#changed ||= key !== this.#selected
    this.#selected = key
  }

  /** No marks are shown. */
  set hidden(hidden: boolean) {
    if (hidden === this.#hidden) return
    this.#hidden = hidden
    this.#changed = true
    this.#canvas.hidden = hidden
  }

  /** Draws if there is anything to be seen. Call in every frame, and when the base map has been drawn. */
  frame(map: Camera, nowMs: number): void {
    const painter = this.#painter
    if (!painter || this.#hidden || map.width === 0) return
    const camera = { ...map, width: map.width + 2 * MARGIN, height: map.height + 2 * MARGIN }
    const { buffer, glideMs, ringed } = this.#options
    const { fastest, movesUntilMs, size } = buffer
    if (!this.#pace.due({ marks: size, changed: this.#changed, fastest, movesUntilMs }, camera, nowMs)) {
      this.#shift(camera)
      return
    }
    const ratio = this.#software ? 1 : Math.min(window.devicePixelRatio || 1, FINEST)
    this.#size(camera, ratio)
    buffer.settle(camera.centre, nowMs)
    painter.paint({ buffer, camera, ratio, nowMs, glideMs, scheme: this.#scheme, selected: this.#selected, ringed })
    this.#changed = false
    this.#pace.noteDrawn(camera, nowMs)
    this.#shift(camera)
  }

  #begin(): void {
    const gl = this.#canvas.getContext('webgl2', { alpha: true, antialias: false, depth: false, stencil: false, premultipliedAlpha: true })
    if (!gl) return
    this.#software = drawsInSoftware(gl)
    this.#pace = new DrawPace(this.#software)
    this.#painter = new MarksPainter(gl, this.sprites)
    this.#options.buffer.touchAll()
    this.#changed = true
  }

  #size({ width, height }: Camera, ratio: number): void {
    const canvas = this.#canvas
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)]
    if (canvas.width === wide && canvas.height === high) return
    canvas.width = wide
    canvas.height = high
    Object.assign(canvas.style, { left: `${-MARGIN}px`, top: `${-MARGIN}px`, width: `${width}px`, height: `${height}px` })
  }

  /** Lays what was drawn last where it belongs now. */
  #shift(camera: Camera): void {
    const { drawn } = this.#pace
    const { style } = this.#canvas
    if (!drawn || sameCamera(drawn, camera)) {
      if (style.transform !== '') style.transform = ''
      return
    }
    const world = worldPixels(camera.zoom)
    const [x, y] = [(drawn.centre.x - camera.centre.x) * world, (drawn.centre.y - camera.centre.y) * world]
    style.transform = `translate(${x}px, ${y}px) scale(${2 ** (camera.zoom - drawn.zoom)})`
  }
}
