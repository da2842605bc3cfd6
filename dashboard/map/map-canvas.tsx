import { useEffect, useEffectEvent } from 'react'
import { useNavigate } from 'react-router'
import type { Kind, MapSettings } from '../api/types.ts'
import { useText } from '../i18n/language-provider.tsx'
import type { Counts } from '../live/counts.ts'
import type { Bounds } from '../live/geohash.ts'
import { useServices } from '../services.tsx'
import { pageOf } from '../shell/pages.ts'
import type { Scheme } from '../theme/tokens.ts'
import { type BaseMap, datumOf } from './base-map.ts'
import { CityMap, type MapInput } from './city-map.ts'
import type { LatLon } from './datum.ts'
import type { DistrictIndex } from './districts.ts'
import type { MapFilter } from './filter.ts'
import type { Look } from './looks.ts'
import { type MapView, queryText, withView } from './url-state.ts'
import { useBaseLook, useMap } from './use-map.ts'
import type { MarkClock } from './use-mark-clock.ts'
import { useOverlayWords } from './use-overlay-words.ts'

/** A place the map is asked to show. */
export interface MapFocus {
  readonly lat: number
  readonly lon: number
  /** Go near even when it is in view. */
  readonly closer: boolean
}

interface MapCanvasProps {
  readonly kinds: readonly Kind[]
  readonly looks: ReadonlyMap<string, Look>
  readonly settings: MapSettings
  readonly scheme: Scheme
  readonly filter: MapFilter
  readonly districts: DistrictIndex | undefined
  readonly markClock: MarkClock
  /** Where the map begins; later it moves by itself. */
  readonly startView: MapView | undefined
  readonly selected: string | undefined
  readonly follow: boolean
  readonly covered: MapInput['covered']
  readonly measuring: boolean
  /** Whether the address tells where the map looks. */
  readonly remembers: boolean
  /** Brought into view each time it is another one. */
  readonly focus: MapFocus | undefined
  readonly onPick: (device: string | undefined) => void
  readonly onSpot: (devices: readonly string[]) => void
  readonly onDistrict: (id: string) => void
  readonly onFollowEnd: () => void
  readonly onCounts: (counts: Counts) => void
  readonly onMeasured: (places: readonly LatLon[]) => void
  readonly onBounds: (bounds: Bounds) => void
  /** The map is there and can be told where to look. */
  readonly onMap: (map: CityMap | undefined) => void
  readonly onStyleFailed: () => void
}

/** The map itself: hands what the page says to `CityMap` and writes where it looks into the address. */
export function MapCanvas(props: MapCanvasProps) {
  const text = useText()
  const navigate = useNavigate()
  const { marks, feed } = useServices()
  const { scheme, filter, districts, selected, follow, focus } = props
  const { right, bottom } = props.covered
  const { measuring } = props
  const look = useBaseLook(scheme)
  const words = useOverlayWords(props.kinds)

  const openSpot = useEffectEvent((devices: readonly string[]) => props.onSpot(devices))
  const openDistrict = useEffectEvent((id: string) => props.onDistrict(id))
  const endFollow = useEffectEvent(() => props.onFollowEnd())
  const pick = useEffectEvent((device: string | undefined) => props.onPick(device))
  const remember = useEffectEvent((view: MapView) => {
    if (!props.remembers) return
    const { pathname, search } = window.location
    const next = queryText(withView(new URLSearchParams(search), view))
    // Whoever is on the way to another page, of which the code is still to come, has its address already: the map must not write into that.
    if (next !== search && pageOf(pathname)?.key === 'map') void navigate(`${pathname}${next}`, { replace: true })
  })

  const create = (element: HTMLElement, base: BaseMap): CityMap => {
    if (base.type === 'schematic' && base.failed) props.onStyleFailed()
    return new CityMap(
      {
        container: element,
        base,
        datum: datumOf(base, props.settings),
        view: props.startView,
        marks,
        looks: props.looks,
        ...props.markClock,
        onView: (view, bounds) => {
          feed.look(bounds)
          props.onBounds(bounds)
          remember(view)
        },
        onPick: device => pick(device),
        onSpot: devices => openSpot(devices),
        onDistrict: id => openDistrict(id),
        onFollowEnd: () => endFollow(),
        onCounts: props.onCounts,
        onMeasured: props.onMeasured,
        onStyleFailed: props.onStyleFailed,
      },
      { look, words, districts, filter, selected, follow, measuring, covered: { right, bottom } },
    )
  }
  const { container, map } = useMap(props.settings, create, props.onMap)

  useEffect(() => {
    map?.update({ look, words, districts, filter, selected, follow, measuring, covered: { right, bottom } })
  }, [map, look, words, districts, filter, selected, follow, measuring, right, bottom])

  useEffect(() => {
    if (focus) map?.show(focus, focus.closer)
  }, [map, focus])

  return <section ref={container} className="cg-map" aria-label={`${text.map.title}. ${text.map.keyboard}`} />
}
