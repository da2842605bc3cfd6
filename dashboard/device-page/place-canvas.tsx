import { useComputedColorScheme } from '@mantine/core'
import { useEffect } from 'react'
import type { MapSettings, Position } from '../api/types.ts'
import { datumOf } from '../map/base-map.ts'
import { useBaseLook, useMap } from '../map/use-map.ts'
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
  const scheme = useComputedColorScheme('light')
  const look = useBaseLook(scheme)
  const { container, map } = useMap(
    settings,
    (element, base) => new PlaceMap(element, { base, datum: datumOf(base, settings) }, { look, colour, place, track }),
  )
  useEffect(() => map?.update({ look, colour, place, track }), [map, look, colour, place, track])

  return <section ref={container} className="cg-place-map" aria-label={label} />
}
