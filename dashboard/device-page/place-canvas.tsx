import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import type { MapSettings, Position } from '../api/types.ts'
import { useText } from '../i18n/language-provider.tsx'
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
  const { attribution } = useText().map
  const scheme = useComputedColorScheme('light')
  const container = useRef<HTMLDivElement>(null)
  const [map, setMap] = useState<PlaceMap>()
  const create = useEffectEvent((element: HTMLElement) => new PlaceMap(element, settings, { scheme, attribution, colour, place, track }))

  useEffect(() => {
    if (!container.current) return
    const created = create(container.current)
    created.start()
    setMap(created)
    return () => created.stop()
  }, [])
  useEffect(() => map?.update({ scheme, attribution, colour, place, track }), [map, scheme, attribution, colour, place, track])

  return <section ref={container} className="cg-place-map" aria-label={label} />
}
