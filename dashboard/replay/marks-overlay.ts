import type { DatumShift } from '../map/datum.ts'
import { type Look, UNKNOWN_LOOK } from '../map/looks.ts'
import { type Scheme, tokens } from '../theme/tokens.ts'
import type { Happening } from './happenings.ts'
import { SPRITE_SIZE, type Sprites, spritesOf } from './mark-sprites.ts'
import { emptySpot, fixBefore, placeAt } from './motion.ts'
import type { Stop } from './stops.ts'
import type { Track } from './track.ts'

/** Marks are smaller while the whole city is on the screen, as on the live map. */
const SCALE: readonly (readonly [zoom: number, scale: number])[] = [
  [8, 0.55],
  [11, 0.8],
  [14, 1.05],
]
/** CSS pixels around the pointer in which a mark counts as hit: fingers are broad. */
const HIT = 12
const FADED = 0.5
/** The most marks of events and stops drawn for one track. */
const MOST_SIGNS = 300

/** Where the map looks, in its own coordinates: no tilt and no turn. */
export interface Camera {
  readonly lat: number
  readonly lon: number
  readonly zoom: number
  /** CSS pixels. */
  readonly width: number
  readonly height: number
}

/** What is drawn on the map of a moment. */
export interface Scene {
  readonly tracks: readonly Track[]
  readonly shown: Track | undefined
  readonly stops: readonly Stop[]
  readonly events: readonly Happening[]
}

/** How many of the tracks are how at the moment drawn. */
export interface Tally {
  readonly seen: number
  readonly silent: number
}

/**
 * Draws marks on a canvas above the map: a thousand of them thirty times a second cost a few milliseconds, and the map below need not be drawn anew. Positions come from
 * `placeAt` alone.
 */
export class MarksOverlay {
  readonly #canvas: HTMLCanvasElement
  readonly #looks: ReadonlyMap<string, Look>
  readonly #toMap: DatumShift['toMap']
  readonly #spot = emptySpot()
  #scheme: Scheme
  #sprites = new Map<string, Sprites>()
  #cursors = new Int32Array(0)
  /** Screen places of the last drawing; NaN: not drawn. */
  #places = new Float32Array(0)
  #tracks: readonly Track[] = []

  constructor(options: {
    readonly canvas: HTMLCanvasElement
    readonly looks: ReadonlyMap<string, Look>
    readonly scheme: Scheme
    readonly toMap: DatumShift['toMap']
  }) {
    this.#canvas = options.canvas
    this.#looks = options.looks
    this.#scheme = options.scheme
    this.#toMap = options.toMap
  }

  set scheme(scheme: Scheme) {
    this.#scheme = scheme
    this.#sprites.clear()
  }

  draw(scene: Scene, at: number, camera: Camera): Tally {
    const context = this.#cleared(camera)
    if (!context) return { seen: 0, silent: 0 }
    if (scene.tracks !== this.#tracks) this.#reset(scene.tracks)
    const ratio = this.#canvas.width / camera.width
    const toScreen = projection(camera)
    this.#signs(context, scene, toScreen, ratio)
    const scale = scaleAt(camera.zoom) * ratio
    const half = SPRITE_SIZE / 2
    let seen = 0
    let silent = 0
    for (let index = 0; index < scene.tracks.length; index++) {
      const track = scene.tracks[index]
      if (!track) continue
      const cursor = fixBefore(track, at, this.#cursors[index] ?? -1)
      this.#cursors[index] = cursor
      this.#places[index * 2] = Number.NaN
      if (!placeAt(track, at, cursor, this.#spot)) continue
      seen += 1
      if (this.#spot.silent) silent += 1
      const drawn = this.#toMap(this.#spot)
      const x = toScreen.x(drawn.lon)
      const y = toScreen.y(drawn.lat)
      if (x < -half || y < -half || x > camera.width + half || y > camera.height + half) continue
      this.#places[index * 2] = x
      this.#places[index * 2 + 1] = y
      if (track === scene.shown) this.#ring(context, x * ratio, y * ratio, ratio)
      const turned = !Number.isNaN(this.#spot.heading) && this.#looks.get(track.kind)?.arrow !== undefined
      const angle = turned ? (this.#spot.heading * Math.PI) / 180 : 0
      const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale]
      context.setTransform(cos, sin, -sin, cos, x * ratio, y * ratio)
      context.globalAlpha = this.#spot.silent ? FADED : 1
      context.drawImage(this.#sprite(track.kind, turned, this.#spot.silent), -half, -half, SPRITE_SIZE, SPRITE_SIZE)
    }
    context.globalAlpha = 1
    this.#nameTag(context, scene, ratio)
    return { seen, silent }
  }

  /** The track whose mark was drawn nearest to a point, if one is near. */
  hit(x: number, y: number): Track | undefined {
    let nearest = HIT
    let found: Track | undefined
    this.#tracks.forEach((track, index) => {
      const away = Math.hypot((this.#places[index * 2] ?? Number.NaN) - x, (this.#places[index * 2 + 1] ?? Number.NaN) - y)
      if (!(away < nearest)) return
      nearest = away
      found = track
    })
    return found
  }

  #reset(tracks: readonly Track[]): void {
    this.#tracks = tracks
    this.#cursors = new Int32Array(tracks.length)
    this.#places = new Float32Array(tracks.length * 2).fill(Number.NaN)
  }

  #cleared({ width, height }: Camera): CanvasRenderingContext2D | undefined {
    const ratio = Math.min(window.devicePixelRatio || 1, 2)
    const canvas = this.#canvas
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio)
      canvas.height = Math.round(height * ratio)
    }
    const context = canvas.getContext('2d')
    if (!context || canvas.width === 0) return undefined
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, canvas.width, canvas.height)
    return context
  }

  #sprite(kind: string, turned: boolean, silent: boolean): HTMLCanvasElement {
    let sprites = this.#sprites.get(kind)
    if (!sprites) {
      sprites = spritesOf(this.#looks.get(kind) ?? UNKNOWN_LOOK, this.#scheme)
      this.#sprites.set(kind, sprites)
    }
    if (turned) return silent ? sprites.silentArrow : sprites.arrow
    return silent ? sprites.silentPlain : sprites.plain
  }

  #ring(context: CanvasRenderingContext2D, x: number, y: number, ratio: number): void {
    context.setTransform(ratio, 0, 0, ratio, x, y)
    context.globalAlpha = 0.25
    context.fillStyle = tokens.kind[this.#scheme].blue
    context.beginPath()
    context.arc(0, 0, 20, 0, 2 * Math.PI)
    context.fill()
    context.globalAlpha = 1
  }

  /** Where the shown one stood (squares) and where something happened to it (diamonds). */
  #signs(context: CanvasRenderingContext2D, scene: Scene, toScreen: Projection, ratio: number): void {
    const { outline } = tokens.map[this.#scheme]
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.lineWidth = 1.5
    context.strokeStyle = outline
    const sign = (lat: number, lon: number, path: Path2D, colour: string): void => {
      context.save()
      const drawn = this.#toMap({ lat, lon })
      context.translate(toScreen.x(drawn.lon), toScreen.y(drawn.lat))
      context.fillStyle = colour
      context.fill(path)
      context.stroke(path)
      context.restore()
    }
    for (const { lat, lon } of scene.stops.slice(0, MOST_SIGNS)) sign(lat, lon, SQUARE, tokens.kind[this.#scheme].violet)
    for (const { lat, lon } of scene.events.slice(0, MOST_SIGNS))
      if (lat !== undefined && lon !== undefined) sign(lat, lon, DIAMOND, tokens.alert[this.#scheme])
  }

  #nameTag(context: CanvasRenderingContext2D, { tracks, shown }: Scene, ratio: number): void {
    const index = shown ? tracks.indexOf(shown) : -1
    const x = this.#places[index * 2] ?? Number.NaN
    const y = this.#places[index * 2 + 1] ?? Number.NaN
    if (!shown || Number.isNaN(x)) return
    const { halo, label } = tokens.map[this.#scheme]
    context.setTransform(ratio, 0, 0, ratio, x, y - 22)
    context.font = '600 12px system-ui, sans-serif'
    context.textAlign = 'center'
    context.lineJoin = 'round'
    context.lineWidth = 4
    context.strokeStyle = halo
    context.fillStyle = label
    const text = shown.name || shown.device
    context.strokeText(text, 0, 0)
    context.fillText(text, 0, 0)
  }
}

const SQUARE = new Path2D('M-6-6h12v12h-12z')
const DIAMOND = new Path2D('M0-7 7 0 0 7-7 0z')

interface Projection {
  readonly x: (lon: number) => number
  readonly y: (lat: number) => number
}

/** Spherical Mercator (EPSG:3857), as MapLibre draws it with tiles of 512 pixels. */
export function projection({ lat, lon, zoom, width, height }: Camera): Projection {
  const world = 512 * 2 ** zoom
  const left = width / 2 - mercatorX(lon) * world
  const top = height / 2 - mercatorY(lat) * world
  return { x: degrees => left + mercatorX(degrees) * world, y: degrees => top + mercatorY(degrees) * world }
}

function mercatorX(lon: number): number {
  return (lon + 180) / 360
}

function mercatorY(lat: number): number {
  const sine = Math.sin((Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 180)
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)
}

function scaleAt(zoom: number): number {
  const [first, ...rest] = SCALE
  let before = first ?? [0, 1]
  if (zoom <= before[0]) return before[1]
  for (const next of rest) {
    if (zoom <= next[0]) return before[1] + ((zoom - before[0]) / (next[0] - before[0])) * (next[1] - before[1])
    before = next
  }
  return before[1]
}
