import { ActionIcon, Button, Text, Tooltip } from '@mantine/core'
import { useState } from 'react'
import type { Kind } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import type { Counts } from '../live/counts.ts'
import type { MarkState } from '../live/mark.ts'
import { Icon } from '../theme/icon.tsx'
import { KindIcon } from './kind-icon.tsx'
import { type Look, UNKNOWN_LOOK } from './looks.ts'
import { shownCount } from './shown-count.ts'
import { type MapFilter, toggled } from './url-state.ts'

interface LegendProps {
  readonly kinds: readonly Kind[]
  readonly looks: ReadonlyMap<string, Look>
  readonly counts: Counts
  readonly filter: MapFilter
  readonly phone: boolean
  readonly onFilter: (filter: MapFilter) => void
}

const STATES: readonly MarkState[] = ['fresh', 'flagged', 'stale']

/** What the marks mean, how many of each are in view, and which are shown: a click on a row shows that kind or state alone or with others chosen. */
export function Legend({ kinds, looks, counts, filter, phone, onFilter }: LegendProps) {
  const { text } = useLanguage()
  const format = useFormat()
  const [open, setOpen] = useState(!phone)
  const filtered = filter.kinds.length > 0 || filter.states.length > 0
  const shown = shownCount(counts, filter)
  const total = filtered ? text.legend.shown(format.count(shown), format.count(counts.total)) : text.legend.total(format.count(counts.total))
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
        <Text size="sm" fw={600} component="h2" data-total={counts.total}>
          {total}
        </Text>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={text.legend.hide} onClick={() => setOpen(false)}>
          <Icon name="chevronDown" size={16} />
        </ActionIcon>
      </header>
      <ul aria-label={text.legend.kinds}>
        {kinds.map(kind => (
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
        {STATES.map(state => (
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
      {filtered && (
        <Button variant="subtle" size="compact-xs" onClick={() => onFilter({ ...filter, kinds: [], states: [] })}>
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
  const all = states ? states.fresh + states.flagged + states.stale : 0
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
        {states !== undefined && states.stale > 0 && (
          <span className="cg-legend-stale" title={text.legend.staleOf(format.count(states.stale))}>
            {format.count(states.stale)}
            <span className="cg-hidden">{text.legend.stale}</span>
          </span>
        )}
        <span className="cg-legend-count">{format.count(all)}</span>
      </button>
    </li>
  )
}

function StateRow({ state, count, chosen, pressed, onClick }: RowProps & { readonly state: MarkState; readonly count: number }) {
  const { text } = useLanguage()
  const format = useFormat()
  const help = { fresh: text.legend.freshHelp, flagged: text.legend.flaggedHelp, stale: text.legend.staleHelp }[state]
  return (
    <li>
      <Tooltip label={help} multiline w={220} position="right" openDelay={400}>
        <button type="button" className="cg-legend-row" data-state={state} data-chosen={chosen} aria-pressed={pressed} onClick={onClick}>
          <span className={`cg-dot cg-dot-${state}`} />
          <span className="cg-legend-name">{text.legend[state]}</span>
          <span className="cg-legend-count">{format.count(count)}</span>
        </button>
      </Tooltip>
    </li>
  )
}
