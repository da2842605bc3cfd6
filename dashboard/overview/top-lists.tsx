import { Paper, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useKinds } from '../api/queries.ts'
import type { Kind } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { KindIcon } from '../map/kind-icon.tsx'
import { looksOf, UNKNOWN_LOOK } from '../map/looks.ts'
import { EmptyView } from '../shell/problem-view.tsx'
import { useTableTexts } from '../table/table-texts.ts'
import { listAddress, type OverviewView, rejectedAddress } from './overview-address.ts'
import { useOverviewTexts } from './overview-texts.ts'
import type { Attention } from './overview-types.ts'

interface Entry {
  readonly device: string
  readonly name?: string
  readonly kind: string | null
  readonly figure: string
  readonly detail: string
}

/** The ten worst of each trouble; each leads to its device, and the number of all to their list. */
export function TopLists({ attention, view }: { readonly attention: Attention; readonly view: OverviewView }) {
  const { title } = useLanguage()
  const texts = useOverviewTexts()
  const table = useTableTexts()
  const format = useFormat()
  const kinds = useKinds().data ?? []
  const { silent, outOfRange, rejected, clocks } = attention
  const titleOf = (kindId: string | null, field: string) => {
    const definition = kinds.find(kind => kind.id === kindId)?.fields[field]
    return definition ? title(definition.title) : field
  }
  return (
    <div className="cg-tops">
      <Top
        title={texts.longestSilent}
        none={texts.noneSilent}
        total={silent.total}
        to={listAddress(view, { life: 'silent', sort: 'lastReceivedAt' })}
        kinds={kinds}
        entries={silent.devices.map(one => ({ ...one, figure: format.duration(one.silentSeconds), detail: format.dateTime(Date.parse(one.lastReceivedAt)) }))}
      />
      <Top
        title={texts.mostOutOfRange}
        none={texts.noneOutOfRange}
        total={outOfRange.total}
        to={listAddress(view, { with: 'outOfRange', sort: '-outOfRange' })}
        kinds={kinds}
        entries={outOfRange.devices.map(one => ({
          ...one,
          figure: table.minutes(format.count(one.minutes)),
          detail: one.fields ? texts.fieldsNow(one.fields.map(field => titleOf(one.kind, field)).join(texts.between)) : '',
        }))}
      />
      <Top
        title={texts.mostRejected}
        none={texts.noneRejected}
        total={rejected.total}
        to={rejectedAddress(view)}
        kinds={kinds}
        entries={rejected.devices.map(one => ({
          ...one,
          figure: texts.rejectedOf(format.count(one.rejected), format.percent(one.rejected / Math.max(1, one.received))),
          detail: one.reason,
        }))}
      />
      <Top
        title={texts.worstClocks}
        none={texts.noneClocks}
        total={clocks.total}
        to={listAddress(view, { with: 'clock', sort: '-clock' })}
        kinds={kinds}
        entries={clocks.devices.map(one => ({ ...one, figure: format.duration(Math.abs(one.clock.offsetSeconds)), detail: texts.faults[one.clock.fault] }))}
      />
    </div>
  )
}

function Top(props: {
  readonly title: string
  readonly none: string
  readonly total: number
  readonly to: string
  readonly kinds: readonly Kind[]
  readonly entries: readonly Entry[]
}) {
  const { title, none, total, to, kinds, entries } = props
  const texts = useOverviewTexts()
  const format = useFormat()
  const looks = looksOf(kinds.map(kind => kind.id))
  return (
    <Section title={title} end={total > 0 && <Link to={to}>{texts.all(format.count(total))}</Link>}>
      {entries.length === 0 ? (
        <EmptyView title={none} />
      ) : (
        <ol className="cg-top">
          {entries.map(entry => (
            <li key={entry.device}>
              <KindIcon look={looks.get(entry.kind ?? '') ?? UNKNOWN_LOOK} size={16} />
              <Link className="cg-top-name" to={`/devices/${encodeURIComponent(entry.device)}`} title={entry.device}>
                {entry.name ?? entry.device}
              </Link>
              <span className="cg-top-figure">{entry.figure}</span>
              <span className="cg-top-detail">{entry.detail}</span>
            </li>
          ))}
        </ol>
      )}
    </Section>
  )
}

/** A titled part of the page. */
export function Section({
  title,
  help,
  end,
  children,
}: {
  readonly title: string
  readonly help?: string
  readonly end?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <Paper withBorder p="md" component="section">
      <div className="cg-section-head">
        <Title order={2} title={help}>
          {title}
        </Title>
        {end && <div className="cg-section-end">{end}</div>}
      </div>
      {children}
    </Paper>
  )
}
