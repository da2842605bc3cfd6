import { ActionIcon } from '@mantine/core'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import type { Kind, MapSettings } from '../api/types.ts'
import { useText } from '../i18n/language-provider.tsx'
import type { Counts } from '../live/counts.ts'
import { stateOf } from '../live/marks.ts'
import { useServices } from '../services.tsx'
import { Icon, type IconName } from '../theme/icon.tsx'
import type { Scheme } from '../theme/tokens.ts'
import { CityMap, type MapInput } from './city-map.ts'
import type { Look } from './looks.ts'
import { type MapFilter, type MapView, queryText, withView } from './url-state.ts'

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
  /** Where the map begins; later it moves by itself. */
  readonly startView: MapView | undefined
  readonly selected: string | undefined
  readonly covered: MapInput['covered']
  /** Brought into view each time it is another one. */
  readonly focus: MapFocus | undefined
  readonly onPick: (device: string | undefined) => void
  readonly onCounts: (counts: Counts) => void
  readonly onStyleFailed: () => void
}

/** A kind this page does not know is stale after five minutes. */
const USUAL_STALE_AFTER_SECONDS = 300

/** The map itself: hands what the page says to `CityMap` and writes where it looks into the address. */
export function MapCanvas(props: MapCanvasProps) {
  const text = useText()
  const navigate = useNavigate()
  const { marks, clock, feed } = useServices()
  const container = useRef<HTMLDivElement>(null)
  const [map, setMap] = useState<CityMap>()
  const { scheme, filter, selected, focus } = props
  const { right, bottom } = props.covered
  const attribution = text.map.attribution
  const districtNames = text.districts

  const create = useEffectEvent((element: HTMLElement) => {
    const staleAfter = new Map(props.kinds.map(kind => [kind.id, kind.staleAfterSeconds]))
    return new CityMap(
      {
        container: element,
        settings: props.settings,
        view: props.startView,
        marks,
        looks: props.looks,
        stateOf: mark => stateOf(mark, staleAfter.get(mark.kind) ?? USUAL_STALE_AFTER_SECONDS, clock.now()),
        onView: (view, bounds) => {
          feed.look(bounds)
          remember(view)
        },
        onPick: device => pick(device),
        onCounts: props.onCounts,
        onStyleFailed: props.onStyleFailed,
      },
      { scheme, attribution, districtNames, filter, selected, covered: { right, bottom } },
    )
  })
  const pick = useEffectEvent((device: string | undefined) => props.onPick(device))
  const remember = useEffectEvent((view: MapView) => {
    const { pathname, search } = window.location
    const next = queryText(withView(new URLSearchParams(search), view))
    if (next !== search) void navigate(`${pathname}${next}`, { replace: true })
  })

  useEffect(() => {
    if (!container.current) return
    const created = create(container.current)
    created.start()
    setMap(created)
    return () => created.stop()
  }, [])

  useEffect(() => {
    map?.update({ scheme, attribution, districtNames, filter, selected, covered: { right, bottom } })
  }, [map, scheme, attribution, districtNames, filter, selected, right, bottom])

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
