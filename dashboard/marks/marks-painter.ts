import { type Scheme, tokens } from '../theme/tokens.ts'
import { type GlProgram, glProgram } from './gl-program.ts'
import { FLOATS, type MarkBuffer } from './mark-buffer.ts'
import { IMAGE_SIZE } from './mark-images.ts'
import { scaleAt } from './mark-scale.ts'
import { type WorldPlace, worldPixels } from './mercator.ts'
import { DISC_FRAGMENT, MARK_FRAGMENT, MARK_VERTEX } from './shaders.ts'
import { CELL_IMAGE, type SpriteIndex } from './sprite-atlas.ts'

/** Where the map looks: no tilt and no turn. */
export interface Camera {
  readonly centre: WorldPlace
  readonly zoom: number
  /** CSS pixels. */
  readonly width: number
  readonly height: number
}

/** Around what needs an eye, and below what is selected. CSS pixels at scale 1. */
const RING = { radius: 15, rim: 2.2, fill: 0.12 }
const HALO = { radius: 22, rim: 0, fill: 0.22 }

interface Painting {
  readonly buffer: MarkBuffer
  readonly camera: Camera
  /** Device pixels per CSS pixel. */
  readonly ratio: number
  readonly nowMs: number
  readonly glideMs: number
  readonly scheme: Scheme
  /** The mark with a halo. */
  readonly selected: string | undefined
  /** Marks of this rank have a ring. */
  readonly ringed: number
}

/** Draws the marks of a buffer with WebGL, and keeps on the graphics card what it needs for that. Lives as long as its context is not lost. */
export class MarksPainter {
  readonly #gl: WebGL2RenderingContext
  readonly #sprites: SpriteIndex
  readonly #marks: GlProgram
  readonly #discs: GlProgram
  readonly #data: WebGLBuffer
  readonly #order: WebGLBuffer
  #bytes = 0
  #count = 0
  #scheme: Scheme | undefined

  constructor(gl: WebGL2RenderingContext, sprites: SpriteIndex) {
    this.#gl = gl
    this.#sprites = sprites
    this.#marks = glProgram(gl, MARK_VERTEX, MARK_FRAGMENT)
    this.#discs = glProgram(gl, MARK_VERTEX, DISC_FRAGMENT)
    this.#data = gl.createBuffer()
    this.#order = gl.createBuffer()
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture())
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#data)
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.#order)
    for (const location of [0, 1]) {
      gl.enableVertexAttribArray(location)
      gl.vertexAttribPointer(location, 4, gl.FLOAT, false, FLOATS * 4, location * 16)
    }
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
  }

  /** Draws the marks over the whole canvas. */
  paint(painting: Painting): void {
    const { buffer, camera, selected, ringed } = painting
    const gl = this.#gl
    this.#hand(buffer)
    if (painting.scheme !== this.#scheme) this.#dress(painting.scheme)
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight)
    gl.clearColor(0, 0, 0, 0)
    gl.clear(gl.COLOR_BUFFER_BIT)
    const scale = scaleAt(camera.zoom) * painting.ratio
    const halo = buffer.slotOf(selected)
    if (halo !== undefined) {
      this.#bindDisc(painting, HALO, tokens.kind[painting.scheme].blue, scale)
      gl.drawArrays(gl.POINTS, halo, 1)
    }
    const size = IMAGE_SIZE * scale
    this.#bind(this.#marks, painting, size)
    gl.uniform1f(this.#marks.uniform('columns'), this.#sprites.columns)
    gl.uniform1f(this.#marks.uniform('level'), Math.max(0, Math.log2(CELL_IMAGE / size)))
    gl.drawElements(gl.POINTS, this.#count, gl.UNSIGNED_INT, 0)
    const { from, to } = buffer.rangeOf(ringed)
    if (to === from) return
    // Above the marks: in a crowd a ring below them would be hidden.
    this.#bindDisc(painting, RING, tokens.alert[painting.scheme], scale)
    gl.drawElements(gl.POINTS, to - from, gl.UNSIGNED_INT, from * 4)
  }

  /** Nothing is seen. */
  clear(): void {
    this.#gl.clearColor(0, 0, 0, 0)
    this.#gl.clear(this.#gl.COLOR_BUFFER_BIT)
  }

  /** Hands over what changed. */
  #hand(buffer: MarkBuffer): void {
    const gl = this.#gl
    const order = buffer.takeOrder()
    if (order) {
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, order, gl.DYNAMIC_DRAW)
      this.#count = order.length
    }
    const { data } = buffer
    const dirty = buffer.takeDirty()
    if (data.byteLength !== this.#bytes) {
      gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW)
      this.#bytes = data.byteLength
    } else if (dirty) {
      gl.bufferSubData(gl.ARRAY_BUFFER, dirty.from * FLOATS * 4, data, dirty.from * FLOATS, (dirty.to - dirty.from) * FLOATS)
    }
  }

  #dress(scheme: Scheme): void {
    const gl = this.#gl
    this.#scheme = scheme
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true)
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, this.#sprites.draw(scheme))
    gl.generateMipmap(gl.TEXTURE_2D)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_NEAREST)
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE)
  }

  /** Of both programs: where things are and how large. `size`: device pixels. */
  #bind({ program, uniform }: GlProgram, { buffer, camera, nowMs, glideMs }: Painting, size: number): void {
    const gl = this.#gl
    const world = 2 * worldPixels(camera.zoom)
    // biome-ignore lint/correctness/useHookAtTopLevel: WebGL's word, no hook of React
    gl.useProgram(program)
    gl.uniform2f(uniform('centre'), camera.centre.x - buffer.anchor.x, camera.centre.y - buffer.anchor.y)
    gl.uniform2f(uniform('perWorld'), world / camera.width, -world / camera.height)
    gl.uniform1f(uniform('seconds'), (nowMs - buffer.baseMs) / 1_000)
    gl.uniform1f(uniform('glide'), glideMs / 1_000)
    gl.uniform1f(uniform('size'), size)
  }

  #bindDisc(painting: Painting, disc: { readonly radius: number; readonly rim: number; readonly fill: number }, colour: string, scale: number): void {
    const gl = this.#gl
    const { uniform } = this.#discs
    this.#bind(this.#discs, painting, 2 * (disc.radius + disc.rim + 1) * scale)
    gl.uniform1f(uniform('radius'), disc.radius * scale)
    gl.uniform1f(uniform('rim'), disc.rim * scale)
    const [red, green, blue] = channels(colour)
    gl.uniform4f(uniform('fill'), red * disc.fill, green * disc.fill, blue * disc.fill, disc.fill)
    gl.uniform4f(uniform('stroke'), red, green, blue, 1)
  }
}

/** Of `#rrggbb`, each 0 to 1. */
function channels(colour: string): readonly [red: number, green: number, blue: number] {
  const bits = Number.parseInt(colour.slice(1), 16)
  return [(bits >> 16) / 255, ((bits >> 8) & 255) / 255, (bits & 255) / 255]
}
