import { ActionIcon, Button, Text, Tooltip } from '@mantine/core'
import { useState } from 'react'
import type { Kind } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { type Counts, sumOf } from '../live/counts.ts'
import { MARK_STATES, type MarkState } from '../live/mark.ts'
import { Icon } from '../theme/icon.tsx'
import { isFiltered, type MapFilter, NO_FILTER, toggled } from './filter.ts'
import { KindIcon } from './kind-icon.tsx'
import { type Look, UNKNOWN_LOOK } from './looks.ts'
import { PlaceFilters } from './place-filters.tsx'
import { useStateHelp, useStateWords } from './state-words.ts'

interface LegendProps {
  readonly kinds: readonly Kind[]
  readonly looks: ReadonlyMap<string, Look>
  readonly counts: Counts
  readonly filter: MapFilter
  readonly phone: boolean
  readonly onFilter: (filter: MapFilter) => void
}

/** What the marks mean, how many of each are in view, and which are shown: a click on a row shows that kind or state alone or with others chosen. */
export function Legend({ kinds, looks, counts, filter, phone, onFilter }: LegendProps) {
  const { text } = useLanguage()
  const format = useFormat()
  const [open, setOpen] = useState(!phone)
  const filtered = isFiltered(filter)
  const total = filtered ? text.legend.shown(format.count(counts.shown), format.count(counts.present)) : text.legend.total(format.count(counts.present))
  // Kinds the city does not have are no news; one that is chosen stays to be switched off.
  const listed = kinds.filter(({ id }) => counts.byKind.has(id) || filter.kinds.includes(id))
  if (!open) {
    return (
      <Button
        className="cg-legend-closed"
        variant="default"
        size="compact-md"
        onClick={() => setOpen(true)}
        rightSection={<Icon name="chevronUp" size={14} />}
        aria-label={`${text.legend.show}: ${total}`}
      >
        {total}
      </Button>
    )
  }
  return (
    <section className="cg-legend" aria-label={text.legend.title}>
      <header>
        <Text size="sm" fw={600} component="h2" data-total={counts.present}>
          {total}
        </Text>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={text.legend.hide} onClick={() => setOpen(false)}>
          <Icon name="chevronDown" size={16} />
        </ActionIcon>
      </header>
      <ul aria-label={text.legend.kinds}>
        {listed.map(kind => (
          <KindRow
            key={kind.id}
            kind={kind}
            look={looks.get(kind.id) ?? UNKNOWN_LOOK}
            counts={counts}
            chosen={filter.kinds.length === 0 || filter.kinds.includes(kind.id)}
            pressed={filter.kinds.includes(kind.id)}
            onClick={() => onFilter({ ...filter, kinds: toggled(filter.kinds, kind.id) })}
          />
        ))}
      </ul>
      <ul className="cg-legend-states" aria-label={text.legend.states}>
        {MARK_STATES.map(state => (
          <StateRow
            key={state}
            state={state}
            count={[...counts.byKind.values()].reduce((sum, states) => sum + states[state], 0)}
            chosen={filter.states.length === 0 || filter.states.includes(state)}
            pressed={filter.states.includes(state)}
            onClick={() => onFilter({ ...filter, states: toggled(filter.states, state) })}
          />
        ))}
      </ul>
      <PlaceFilters counts={counts} filter={filter} onFilter={onFilter} />
      {filtered && (
        <Button variant="subtle" size="compact-xs" onClick={() => onFilter(NO_FILTER)}>
          {text.map.clearFilter}
        </Button>
      )}
    </section>
  )
}

interface RowProps {
  readonly chosen: boolean
  readonly pressed: boolean
  readonly onClick: () => void
}

function KindRow({ kind, look, counts, chosen, pressed, onClick }: RowProps & { readonly kind: Kind; readonly look: Look; readonly counts: Counts }) {
  const { text, title } = useLanguage()
  const format = useFormat()
  const states = counts.byKind.get(kind.id)
  const all = states ? sumOf(states) : 0
  const silent = states ? states.stale + states.offline : 0
  const name = title(kind.title)
  return (
    <li>
      <button type="button" className="cg-legend-row" data-kind={kind.id} data-chosen={chosen} aria-pressed={pressed} onClick={onClick}>
        <KindIcon look={look} />
        <span className="cg-legend-name">{name}</span>
        {states !== undefined && states.flagged > 0 && (
          <span className="cg-legend-flagged" title={text.legend.flaggedOf(format.count(states.flagged))}>
            {format.count(states.flagged)}
            <span className="cg-hidden">{text.legend.flagged}</span>
          </span>
        )}
        {silent > 0 && (
          <span className="cg-legend-stale" title={text.legend.staleOf(format.count(silent))}>
            {format.count(silent)}
            <span className="cg-hidden">{text.legend.stale}</span>
          </span>
        )}
        <span className="cg-legend-count">{format.count(all)}</span>
      </button>
    </li>
  )
}

function StateRow({ state, count, chosen, pressed, onClick }: RowProps & { readonly state: MarkState; readonly count: number }) {
  const format = useFormat()
  const help = useStateHelp()[state]
  const name = useStateWords()[state]
  return (
    <li>
      <Tooltip label={help} multiline w={220} position="right" openDelay={400}>
        <button type="button" className="cg-legend-row" data-state={state} data-chosen={chosen} aria-pressed={pressed} onClick={onClick}>
          <span className={`cg-dot cg-dot-${state}`} />
          <span className="cg-legend-name">{name}</span>
          <span className="cg-legend-count">{format.count(count)}</span>
        </button>
      </Tooltip>
    </li>
  )
}
