import { ActionIcon } from '@mantine/core'
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import type { Kind, MapSettings } from '../api/types.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import type { Counts } from '../live/counts.ts'
import type { Mark, MarkState } from '../live/mark.ts'
import { useServices } from '../services.tsx'
import { Icon, type IconName } from '../theme/icon.tsx'
import type { Scheme } from '../theme/tokens.ts'
import { type BaseMap, chooseBaseMap, datumOf } from './base-map.ts'
import { CityMap, type MapInput } from './city-map.ts'
import type { DistrictIndex } from './districts.ts'
import type { MapFilter } from './filter.ts'
import type { Look } from './looks.ts'
import { type MapView, queryText, withView } from './url-state.ts'
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
  readonly stateOf: (mark: Mark) => MarkState
  /** Where the map begins; later it moves by itself. */
  readonly startView: MapView | undefined
  readonly selected: string | undefined
  readonly follow: boolean
  readonly covered: MapInput['covered']
  /** Brought into view each time it is another one. */
  readonly focus: MapFocus | undefined
  readonly onPick: (device: string | undefined) => void
  readonly onSpot: (devices: readonly string[]) => void
  readonly onDistrict: (id: string) => void
  readonly onFollowEnd: () => void
  readonly onCounts: (counts: Counts) => void
  readonly onStyleFailed: () => void
}

/** The map itself: hands what the page says to `CityMap` and writes where it looks into the address. */
export function MapCanvas(props: MapCanvasProps) {
  const { text, language } = useLanguage()
  const navigate = useNavigate()
  const { marks, feed } = useServices()
  const container = useRef<HTMLDivElement>(null)
  const [map, setMap] = useState<CityMap>()
  const { scheme, filter, districts, selected, follow, focus } = props
  const { right, bottom } = props.covered
  const look = useMemo(() => ({ scheme, language, attribution: text.map.attribution }), [scheme, language, text])
  const words = useOverlayWords(props.kinds)

  const create = useEffectEvent((element: HTMLElement, base: BaseMap) => {
    if (base.type === 'schematic' && base.failed) props.onStyleFailed()
    return new CityMap(
      {
        container: element,
        base,
        datum: datumOf(base, props.settings),
        view: props.startView,
        marks,
        looks: props.looks,
        stateOf: props.stateOf,
        onView: (view, bounds) => {
          feed.look(bounds)
          remember(view)
        },
        onPick: device => pick(device),
        onSpot: devices => openSpot(devices),
        onDistrict: id => openDistrict(id),
        onFollowEnd: () => endFollow(),
        onCounts: props.onCounts,
        onStyleFailed: props.onStyleFailed,
      },
      { look, words, districts, filter, selected, follow, covered: { right, bottom } },
    )
  })
  const choose = useEffectEvent(() => chooseBaseMap(props.settings))
  const openSpot = useEffectEvent((devices: readonly string[]) => props.onSpot(devices))
  const openDistrict = useEffectEvent((id: string) => props.onDistrict(id))
  const endFollow = useEffectEvent(() => props.onFollowEnd())
  const pick = useEffectEvent((device: string | undefined) => props.onPick(device))
  const remember = useEffectEvent((view: MapView) => {
    const { pathname, search } = window.location
    const next = queryText(withView(new URLSearchParams(search), view))
    if (next !== search) void navigate(`${pathname}${next}`, { replace: true })
  })

  useEffect(() => {
    let created: CityMap | undefined
    let left = false
    const begin = async () => {
      const base = await choose()
      if (left || !container.current) return
      created = create(container.current, base)
      created.start()
      setMap(created)
    }
    void begin()
    return () => {
      left = true
      created?.stop()
    }
  }, [])

  useEffect(() => {
    map?.update({ look, words, districts, filter, selected, follow, covered: { right, bottom } })
  }, [map, look, words, districts, filter, selected, follow, right, bottom])

  useEffect(() => {
    if (focus) map?.show(focus, focus.closer)
  }, [map, focus])

  return (
    <>
      <section ref={container} className="cg-map" aria-label={`${text.map.title}. ${text.map.keyboard}`} />
      <div className="cg-map-tools">
        <Tool icon="plus" label={text.map.zoomIn} onClick={() => map?.zoomBy(1)} />
        <Tool icon="minus" label={text.map.zoomOut} onClick={() => map?.zoomBy(-1)} />
        <Tool icon="fit" label={text.map.fit} onClick={() => map?.showCity()} />
      </div>
    </>
  )
}

function Tool({ icon, label, onClick }: { readonly icon: IconName; readonly label: string; readonly onClick: () => void }) {
  return (
    <ActionIcon variant="default" size={36} aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} />
    </ActionIcon>
  )
}
