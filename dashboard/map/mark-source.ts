import type { GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl'
import type { Scheme } from '../theme/tokens.ts'
import { drawImages, PIXEL_RATIO } from './icon-images.ts'
import type { Look } from './looks.ts'
import { MARKS_SOURCE, markLayers, SELECTION_LAYER, selectionFilter } from './mark-layers.ts'
import type { MarksDrawing } from './marks-drawing.ts'

interface SourceOptions {
  readonly map: MapLibreMap
  readonly drawing: MarksDrawing
  readonly looks: ReadonlyMap<string, Look>
}

/** The marks as a source and layers of MapLibre: laid on each new style, then brought up to date only as fast as the worker takes it. */
export class MarkSource {
  readonly #options: SourceOptions
  #pushing = false
  /** A look at every mark was asked for while the worker was busy. */
  #owed = false

  constructor(options: SourceOptions) {
    this.#options = options
  }

  /** A style has come: images, source and layers go on top of it. */
  dress(scheme: Scheme, selected: string | undefined): void {
    const { map, drawing, looks } = this.#options
    this.#pushing = false
    for (const [kind, look] of looks) {
      for (const [name, image] of drawImages(kind, look, scheme)) if (!map.hasImage(name)) map.addImage(name, image, { pixelRatio: PIXEL_RATIO })
    }
    map.addSource(MARKS_SOURCE, { type: 'geojson', data: drawing.whole(), maxzoom: 14, tolerance: 0, buffer: 64 })
    for (const layer of markLayers(scheme, selected)) map.addLayer(layer)
  }

  select(selected: string | undefined): void {
    this.#options.map.setFilter(SELECTION_LAYER, selectionFilter(selected))
  }

  /** Hands over what changed. `all`: looks at every mark. */
  step(options: { readonly degreesPerPixel: number; readonly all: boolean }): void {
    // The next step waits until the worker has taken this one: a slow machine gets fewer steps, not a growing queue.
    this.#owed ||= options.all
    if (this.#pushing) return
    const { map, drawing } = this.#options
    const diff = drawing.changes({ ...options, all: this.#owed })
    this.#owed = false
    const source = diff && map.getSource<GeoJSONSource>(MARKS_SOURCE)
    if (!source) return
    this.#pushing = true
    source.updateData(diff).then(
      () => {
        this.#pushing = false
      },
      (error: unknown) => {
        this.#pushing = false
        console.warn('map: marks could not be updated', error)
        void map.getSource<GeoJSONSource>(MARKS_SOURCE)?.setData(drawing.whole())
      },
    )
  }
}
