import { TextInput, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { useFormat } from '../format/format-provider.tsx'
import { KindIcon } from '../map/kind-icon.tsx'
import { type Look, UNKNOWN_LOOK } from '../map/looks.ts'
import { useReplayTexts } from './replay-texts.ts'
import type { Track } from './track.ts'

/** Rows shown at once; the rest is found by the filter. */
const MOST_ROWS = 100

interface VehicleListProps {
  readonly tracks: readonly Track[]
  readonly looks: ReadonlyMap<string, Look>
  readonly onPick: (device: string) => void
}

/** The vehicles that were found; a click shows one's past. */
export function VehicleList({ tracks, looks, onPick }: VehicleListProps) {
  const texts = useReplayTexts()
  const format = useFormat()
  const [filter, setFilter] = useState('')
  const wanted = filter.trim().toLowerCase()
  const fitting = wanted === '' ? tracks : tracks.filter(track => `${track.name} ${track.device}`.toLowerCase().includes(wanted))
  return (
    <section aria-label={texts.vehicles} className="cg-replay-list">
      {tracks.length > 8 && (
        <TextInput
          size="xs"
          type="search"
          aria-label={texts.filter}
          placeholder={texts.filter}
          value={filter}
          onChange={event => setFilter(event.currentTarget.value)}
        />
      )}
      <ul>
        {fitting.slice(0, MOST_ROWS).map(track => (
          <li key={track.device}>
            <UnstyledButton className="cg-replay-row" data-device={track.device} onClick={() => onPick(track.device)}>
              <KindIcon look={looks.get(track.kind) ?? UNKNOWN_LOOK} size={16} />
              <span>{track.name || track.device}</span>
              {track.name !== '' && <code>{track.device}</code>}
            </UnstyledButton>
          </li>
        ))}
      </ul>
      {fitting.length > MOST_ROWS && <p className="cg-replay-more">{texts.more(format.count(fitting.length - MOST_ROWS))}</p>}
    </section>
  )
}
