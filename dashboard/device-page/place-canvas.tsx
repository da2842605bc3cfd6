import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import type { MapSettings, Position } from '../api/types.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import { type BaseMap, chooseBaseMap, datumOf } from '../map/base-map.ts'
import { datumShift } from '../map/datum.ts'
import type { KindColour } from '../theme/tokens.ts'
import { PlaceMap } from './place-map.ts'
import type { Track } from './track.ts'

interface PlaceCanvasProps {
  readonly settings: MapSettings
  readonly colour: KindColour
  readonly place: Position | undefined
  readonly track: Track | undefined
  readonly label: string
}

/** Hands what the page knows to the small map. */
export default function PlaceCanvas({ settings, colour, place, track, label }: PlaceCanvasProps) {
  const { text, language } = useLanguage()
  const scheme = useComputedColorScheme('light')
  const container = useRef<HTMLDivElement>(null)
  const [map, setMap] = useState<PlaceMap>()
  const look = useMemo(() => ({ scheme, language, attribution: text.map.attribution }), [scheme, language, text])
  const choose = useEffectEvent(() => chooseBaseMap(settings))
  const create = useEffectEvent(
    (element: HTMLElement, base: BaseMap) => new PlaceMap(element, { base, shift: datumShift(datumOf(base, settings)) }, { look, colour, place, track }),
  )

  useEffect(() => {
    let created: PlaceMap | undefined
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
  useEffect(() => map?.update({ look, colour, place, track }), [map, look, colour, place, track])

  return <section ref={container} className="cg-place-map" aria-label={label} />
}
