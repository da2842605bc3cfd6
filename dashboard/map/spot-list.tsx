import { ActionIcon, Text, TextInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useFormat, useGatewayNow } from '../format/format-provider.tsx'
import { MARK_STATES, type Mark, type MarkState } from '../live/mark.ts'
import { useServices } from '../services.tsx'
import { Icon } from '../theme/icon.tsx'
import { KindIcon } from './kind-icon.tsx'
import { type Look, UNKNOWN_LOOK } from './looks.ts'
import { useMapTexts } from './map-texts.ts'
import { useStateWords } from './state-words.ts'

/** Rows drawn at most: ten thousand would be neither read nor scrolled. */
const MOST_ROWS = 100
/** From this many on there is something to search. */
const SEARCH_FROM = 12

interface SpotListProps {
  readonly devices: readonly string[]
  readonly looks: ReadonlyMap<string, Look>
  readonly stateOf: (mark: Mark) => MarkState
  readonly onPick: (device: string) => void
  readonly onClose: () => void
}

/** The devices that stand on one spot of the map, those that need an eye first. */
export function SpotList({ devices, looks, stateOf, onPick, onClose }: SpotListProps) {
  const text = useMapTexts()
  const format = useFormat()
  const { marks } = useServices()
  const [typed, setTyped] = useState('')
  const list = useRef<HTMLElement>(null)
  // States change with time alone.
  useGatewayNow()
  useEffect(() => list.current?.focus({ preventScroll: true }), [])
  const wanted = typed.trim().toLowerCase()
  const found = devices
    .flatMap(device => marks.get(device) ?? [])
    .filter(({ device, name = '' }) => `${device} ${name}`.toLowerCase().includes(wanted))
    .map(mark => ({ mark, state: stateOf(mark) }))
    .sort((a, b) => urgency(b.state) - urgency(a.state) || (a.mark.device < b.mark.device ? -1 : 1))
  return (
    <section
      className="cg-spot"
      ref={list}
      tabIndex={-1}
      aria-label={text.spot(format.count(devices.length))}
      onKeyDown={event => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onClose()
      }}
    >
      <header>
        <Text size="sm" fw={600} component="h2">
          {text.spot(format.count(devices.length))}
        </Text>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={text.close} onClick={onClose}>
          <Icon name="close" size={16} />
        </ActionIcon>
      </header>
      {devices.length >= SEARCH_FROM && (
        <TextInput
          size="xs"
          type="search"
          aria-label={text.spotFilter}
          placeholder={text.spotFilter}
          value={typed}
          onChange={event => setTyped(event.currentTarget.value)}
        />
      )}
      <ul>
        {found.slice(0, MOST_ROWS).map(({ mark, state }) => (
          <li key={mark.device}>
            <button type="button" className="cg-legend-row" onClick={() => onPick(mark.device)}>
              <KindIcon look={looks.get(mark.kind) ?? UNKNOWN_LOOK} hollow={state === 'stale' || state === 'offline'} />
              <span className="cg-legend-name">{mark.name ?? mark.device}</span>
              <StateWord state={state} />
            </button>
          </li>
        ))}
      </ul>
      {found.length > MOST_ROWS && (
        <Text size="xs" c="var(--cg-dimmed)" p={8}>
          {text.spotMore(format.count(found.length - MOST_ROWS))}
        </Text>
      )}
      {found.length === 0 && (
        <Text size="xs" c="var(--cg-dimmed)" p={8}>
          {text.spotNone}
        </Text>
      )}
    </section>
  )
}

function StateWord({ state }: { readonly state: MarkState }) {
  const word = useStateWords()[state]
  return (
    <>
      <span className={`cg-dot cg-dot-${state}`} title={word} />
      <span className="cg-hidden">{word}</span>
    </>
  )
}

function urgency(state: MarkState): number {
  return state === 'flagged' ? MARK_STATES.length : -MARK_STATES.indexOf(state)
}
