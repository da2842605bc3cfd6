import { ActionIcon, Button, Text } from '@mantine/core'
import { useEffect, useEffectEvent } from 'react'
import { Icon } from '../theme/icon.tsx'
import type { LatLon } from './datum.ts'
import { useMapFormat } from './map-format.ts'
import { useMapTexts } from './map-texts.ts'
import { areaSquareMetres, distanceMetres, lengthMetres } from './measure-geometry.ts'

interface MeasurePanelProps {
  readonly places: readonly LatLon[]
  readonly onAddCentre: () => void
  readonly onUndo: () => void
  readonly onClear: () => void
  readonly onEnd: () => void
}

/** What was measured, and how to go on by keyboard: Enter sets a place in the middle of the map, Backspace takes the last one back, Esc ends. */
export function MeasurePanel({ places, onAddCentre, onUndo, onClear, onEnd }: MeasurePanelProps) {
  const text = useMapTexts()
  const format = useMapFormat()
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    const target = event.target instanceof Element ? event.target : undefined
    if (target?.matches('input, textarea')) return
    if (event.key === 'Escape') onEnd()
    else if (event.key === 'Backspace') onUndo()
    else if (event.key === 'Enter' && target?.matches('.maplibregl-canvas')) onAddCentre()
    else return
    // Esc would close the device's panel, too.
    event.stopPropagation()
    event.preventDefault()
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent) => pressed(event)
    window.addEventListener('keydown', listen, { capture: true })
    return () => window.removeEventListener('keydown', listen, { capture: true })
  }, [])
  const [before, last] = [places.at(-2), places.at(-1)]
  return (
    <>
      <span className="cg-crosshair" aria-hidden="true" />
      <section className="cg-measure" aria-label={text.measure}>
        <header>
          <Text size="sm" fw={600} component="h2">
            {text.measure}
          </Text>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={text.measureEnd} onClick={onEnd}>
            <Icon name="close" size={16} />
          </ActionIcon>
        </header>
        {places.length < 2 ? (
          <Text size="xs" c="var(--cg-dimmed)">
            {text.measureHelp}
          </Text>
        ) : (
          <div role="status">
            <dl>
              <dt>{text.distance}</dt>
              <dd>{format.metres(lengthMetres(places))}</dd>
              <dt>{text.lastLeg}</dt>
              <dd>{before && last && format.metres(distanceMetres(before, last))}</dd>
              {places.length > 2 && (
                <>
                  <dt>{text.area}</dt>
                  <dd>{format.squareMetres(areaSquareMetres(places))}</dd>
                </>
              )}
            </dl>
          </div>
        )}
        <div className="cg-measure-buttons">
          <Button size="compact-xs" variant="default" disabled={places.length === 0} onClick={onUndo}>
            {text.undo}
          </Button>
          <Button size="compact-xs" variant="default" disabled={places.length === 0} onClick={onClear}>
            {text.startOver}
          </Button>
        </div>
      </section>
    </>
  )
}
