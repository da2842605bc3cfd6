import { ActionIcon, Button, Group, NativeSelect, Title, UnstyledButton } from '@mantine/core'
import { useMemo } from 'react'
import { Link } from 'react-router'
import type { Kind } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { KindIcon } from '../map/kind-icon.tsx'
import { type Look, UNKNOWN_LOOK } from '../map/looks.ts'
import { Icon } from '../theme/icon.tsx'
import { FileButtons } from './file-buttons.tsx'
import { happeningText } from './happening-text.ts'
import type { Happening } from './happenings.ts'
import { emptySpot, fixBefore, placeAt } from './motion.ts'
import type { Player } from './player.ts'
import { STOP_MINUTES } from './replay-address.ts'
import { useReplayTexts } from './replay-texts.ts'
import { metres, numberAt, type Track } from './track.ts'
import { useMoment } from './use-moment.ts'

/** What stands beside the map need not change faster than it is read. */
const LOOK_MS = 250
const MOST_ROWS = 200

interface VehiclePastProps {
  readonly track: Track
  readonly kind: Kind | undefined
  readonly look: Look | undefined
  readonly player: Player
  readonly happenings: readonly Happening[]
  readonly stopMinutes: number
  readonly onStopMinutes: (minutes: number) => void
  readonly onSeek: (at: number) => void
  readonly onCentre: (lat: number, lon: number) => void
  readonly onBack: (() => void) | undefined
}

/** One vehicle: how it was at the moment shown, and all that happened to it in the period, each a way to that moment. */
export function VehiclePast({ track, kind, look, player, happenings, stopMinutes, onStopMinutes, onSeek, onCentre, onBack }: VehiclePastProps) {
  const { text, title } = useLanguage()
  const texts = useReplayTexts()
  const format = useFormat()
  const at = useMoment(player, LOOK_MS)
  const way = useMemo(() => kilometres(track), [track])
  const spot = emptySpot()
  const index = fixBefore(track, at, -1)
  const known = placeAt(track, at, index, spot)
  const fieldTitle = (field: string) => {
    const definition = kind?.fields[field]
    if (field === 'position') return texts.fieldPosition
    return definition ? title(definition.title) : field
  }
  return (
    <section className="cg-replay-past" aria-label={track.name || track.device}>
      {onBack && (
        <Button size="compact-xs" variant="subtle" leftSection={<Icon name="list" size={14} />} onClick={onBack}>
          {texts.allVehicles}
        </Button>
      )}
      <header>
        <KindIcon look={look ?? UNKNOWN_LOOK} size={22} hollow={spot.silent} />
        <Title order={2}>{track.name || track.device}</Title>
        <ActionIcon variant="subtle" color="gray" disabled={!known} aria-label={texts.centre} title={texts.centre} onClick={() => onCentre(spot.lat, spot.lon)}>
          <Icon name="locate" />
        </ActionIcon>
      </header>
      <p className="cg-replay-sub">
        {kind && <span>{title(kind.title)}</span>}
        <Link to={`/devices/${encodeURIComponent(track.device)}`} title={texts.openDevice}>
          {track.device}
        </Link>
        {track.simulated && <span title={text.device.simulatedHelp}>{text.device.simulated}</span>}
      </p>
      <dl className="cg-replay-facts">
        <dt>{texts.nowSpeed}</dt>
        <dd>{known && !Number.isNaN(spot.speed) ? `${format.measured(spot.speed)} km/h` : texts.unknown}</dd>
        <dt>{texts.nowHeading}</dt>
        <dd>{known && !Number.isNaN(spot.heading) ? `${Math.round(spot.heading)}°` : texts.unknown}</dd>
        <dt>{texts.lastFix}</dt>
        <dd>{known ? format.time(numberAt(track.at, index)) : texts.notYet}</dd>
        <dt>{texts.way}</dt>
        <dd>{`${format.measured(way)} km`}</dd>
        <dt>{texts.fixes}</dt>
        <dd>{format.count(track.size)}</dd>
      </dl>
      {known && spot.silent && <p className="cg-replay-silent">{texts.silentSince(format.time(numberAt(track.at, index)))}</p>}
      <Group justify="space-between" align="center" gap={8} wrap="nowrap">
        <Title order={3}>{texts.past}</Title>
        <div className="cg-replay-stops">
          {texts.stopsFrom}
          <NativeSelect
            size="xs"
            aria-label={texts.stopsFrom}
            value={String(stopMinutes)}
            onChange={event => onStopMinutes(Number(event.currentTarget.value))}
            data={STOP_MINUTES.map(minutes => ({ value: String(minutes), label: texts.minutes(String(minutes)) }))}
          />
        </div>
      </Group>
      {happenings.length === 0 && <p className="cg-replay-more">{texts.nothingHappened}</p>}
      <ol className="cg-replay-happenings">
        {happenings.slice(0, MOST_ROWS).map((each, number) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two of one time and name are told apart by nothing else
          <li key={number}>
            <UnstyledButton data-type={each.type} data-now={at >= each.from && at < (each.to ?? each.from + 1_000)} onClick={() => onSeek(each.from)}>
              <time dateTime={new Date(each.from).toISOString()}>{format.time(each.from)}</time>
              <span>{happeningText(each, texts, fieldTitle)}</span>
              {each.to !== undefined && <span className="cg-replay-length">{format.duration((each.to - each.from) / 1000)}</span>}
            </UnstyledButton>
          </li>
        ))}
      </ol>
      {happenings.length > MOST_ROWS && <p className="cg-replay-more">{texts.moreHappened(format.count(happenings.length - MOST_ROWS))}</p>}
      <FileButtons tracks={[track]} name={track.device} />
    </section>
  )
}

/** The way driven, as far as it is known. */
function kilometres(track: Track): number {
  let sum = 0
  for (let index = 1; index < track.size; index++) {
    if (track.breaks[index] !== 0) continue
    sum += metres(numberAt(track.lat, index - 1), numberAt(track.lon, index - 1), numberAt(track.lat, index), numberAt(track.lon, index))
  }
  return sum / 1000
}
