import { ActionIcon, Button, Text } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { noStates, type StateCounts, sumOf } from '../live/counts.ts'
import type { Bounds } from '../live/geohash.ts'
import { MARK_STATES } from '../live/mark.ts'
import { Icon } from '../theme/icon.tsx'
import type { District } from './districts.ts'
import { useMapTexts } from './map-texts.ts'
import { useStateWords } from './state-words.ts'

interface DistrictPanelProps {
  readonly districts: readonly District[]
  readonly counts: ReadonlyMap<string, StateCounts>
  /** What is in view: only of districts that lie in it as a whole is every device known. */
  readonly view: Bounds | undefined
  readonly chosen: string | undefined
  readonly onChoose: (district: District | undefined) => void
  readonly onWholeCity: () => void
  readonly onClose: () => void
}

/** The districts with their devices by state. A row shows only what is in that district; once more, everything again. */
export function DistrictPanel({ districts, counts, view, chosen, onChoose, onWholeCity, onClose }: DistrictPanelProps) {
  const { districts: names } = useText()
  const text = useMapTexts()
  const words = useStateWords()
  const format = useFormat()
  const panel = useRef<HTMLElement>(null)
  useEffect(() => panel.current?.focus({ preventScroll: true }), [])
  const rows = districts
    .map(district => ({ district, states: counts.get(district.id) ?? noStates(), whole: view !== undefined && holds(view, district.bounds) }))
    .sort((a, b) => sumOf(b.states) - sumOf(a.states) || (a.district.id < b.district.id ? -1 : 1))
  const partly = rows.some(({ whole }) => !whole)
  return (
    <section
      className="cg-spot cg-district-panel"
      ref={panel}
      tabIndex={-1}
      aria-label={text.districts}
      onKeyDown={event => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onClose()
      }}
    >
      <header>
        <Text size="sm" fw={600} component="h2">
          {text.districts}
        </Text>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={text.close} onClick={onClose}>
          <Icon name="close" size={16} />
        </ActionIcon>
      </header>
      <div className="cg-district-rows">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span className="cg-hidden">{text.district}</span>
              </th>
              <th scope="col">{text.all}</th>
              {MARK_STATES.map(state => (
                <th scope="col" key={state} title={words[state]}>
                  <span className={`cg-dot cg-dot-${state}`} />
                  <span className="cg-hidden">{words[state]}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ district, states, whole }) => (
              <tr key={district.id} data-district={district.id} data-whole={whole} data-chosen={chosen === district.id}>
                <th scope="row">
                  <button
                    type="button"
                    aria-pressed={chosen === district.id}
                    title={whole ? undefined : text.partly}
                    onClick={() => onChoose(chosen === district.id ? undefined : district)}
                  >
                    {names[district.id as keyof typeof names]}
                  </button>
                </th>
                <td>{figure(sumOf(states), format.count)}</td>
                {MARK_STATES.map(state => (
                  <td key={state} data-state={state}>
                    {figure(states[state], format.count)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {partly && (
        <div className="cg-district-note">
          <Text size="xs" c="var(--cg-dimmed)">
            {text.partlyHelp}
          </Text>
          <Button size="compact-xs" variant="default" onClick={onWholeCity}>
            {text.wholeCity}
          </Button>
        </div>
      )}
    </section>
  )
}

/** Nothing is no figure: what there is stands out. */
function figure(value: number, count: (value: number) => string): string {
  return value === 0 ? '·' : count(value)
}

function holds(view: Bounds, bounds: Bounds): boolean {
  return bounds.west >= view.west && bounds.east <= view.east && bounds.south >= view.south && bounds.north <= view.north
}
