import { Link } from 'react-router'
import { useHealth, useTotalAccount } from '../api/queries.ts'
import type { Overview } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useTableTexts } from '../table/table-texts.ts'
import { percentOf, sumOf } from './levels.ts'
import { listAddress, type OverviewView, rejectedAddress } from './overview-address.ts'
import { useRate } from './overview-queries.ts'
import { useOverviewTexts } from './overview-texts.ts'
import type { Attention, Completeness } from './overview-types.ts'

/** Waiting longer than this is shown as late. Seconds. */
const LATE = 10

/** The few numbers a shift begins with. Each leads to what it counts. */
export function Tiles(props: {
  readonly view: OverviewView
  readonly counts: Overview | undefined
  readonly attention: Attention | undefined
  readonly completeness: Completeness | undefined
}) {
  const { view, counts, attention, completeness } = props
  const texts = useOverviewTexts()
  const table = useTableTexts()
  const format = useFormat()
  const all = counts?.devices
  const number = (value: number | undefined) => (value === undefined ? undefined : format.count(value))
  const sum = completeness && sumOf(lastDay(completeness))
  const percent = sum && percentOf(sum.received, sum.expected)
  return (
    <div className="cg-tiles">
      <Tile label={texts.devices} value={number(all?.total)} to={listAddress(view, {})}>
        {all && <StateBar devices={all} />}
      </Tile>
      <Tile label={table.conditions.ok} value={number(all?.ok)} to={listAddress(view, { state: 'ok' })} detail={all && texts.ofAll(format.count(all.total))} />
      <Tile
        label={texts.silent}
        help={texts.silentHelp}
        value={number(attention?.silent.total)}
        tone={tone(attention?.silent.total)}
        to={listAddress(view, { life: 'silent', sort: 'lastReceivedAt' })}
      />
      <Tile label={table.conditions.silent} value={number(all?.silent)} to={listAddress(view, { state: 'silent' })} />
      <Tile
        label={texts.outOfRange}
        help={texts.outOfRangeHelp}
        value={number(attention?.outOfRange.total)}
        tone={tone(attention?.outOfRange.total)}
        to={listAddress(view, { with: 'outOfRange', sort: '-outOfRange' })}
      />
      <Tile label={texts.rejected} value={number(attention?.rejected.total)} to={rejectedAddress(view)} />
      <Tile label={texts.clocks} value={number(attention?.clocks.total)} to={listAddress(view, { with: 'clock', sort: '-clock' })} />
      <Tile
        label={texts.complete}
        help={texts.completeHelp}
        value={percent === undefined ? completeness && '–' : format.percent(percent / 100)}
        tone={percent !== undefined && percent < 95 ? 'late' : undefined}
        to="#completeness"
      />
      <IngestTiles />
    </div>
  )
}

function IngestTiles() {
  const texts = useOverviewTexts()
  const format = useFormat()
  const account = useTotalAccount()
  const health = useHealth()
  const rate = useRate(account.data?.received, account.dataUpdatedAt)
  const worst = health.data?.sinks?.reduce((a, b) => (b.lagSeconds > a.lagSeconds ? b : a))
  return (
    <>
      <Tile label={texts.ingest} value={rate === undefined ? undefined : format.measured(rate)} to="/status" />
      {worst && (
        <Tile
          label={texts.lag}
          help={texts.lagHelp}
          value={format.duration(worst.lagSeconds)}
          tone={worst.lagSeconds > LATE ? 'late' : undefined}
          to="/status"
          detail={worst.lagSeconds >= 1 ? texts.lagOf(worst.name) : texts.noLag}
        />
      )}
    </>
  )
}

function Tile(props: {
  readonly label: string
  readonly help?: string
  readonly value: string | undefined
  readonly detail?: string | undefined
  readonly tone?: 'bad' | 'late' | undefined
  readonly to: string
  readonly children?: React.ReactNode
}) {
  const { label, help, value, detail, tone: toneOf, to, children } = props
  return (
    <Link className="cg-tile" to={to} title={help} data-tone={toneOf}>
      <span className="cg-tile-label">{label}</span>
      <span className="cg-tile-value">{value ?? '…'}</span>
      {detail && <span className="cg-tile-detail">{detail}</span>}
      {children}
    </Link>
  )
}

/** How many report, are stale and never did, as lengths; the numbers stand beside it. */
function StateBar({ devices }: { readonly devices: Overview['devices'] }) {
  const texts = useOverviewTexts()
  const table = useTableTexts()
  const format = useFormat()
  const parts = [
    { state: 'fresh', count: devices.ok, word: table.conditions.ok },
    { state: 'stale', count: devices.stale, word: table.conditions.stale },
    { state: 'silent', count: devices.silent, word: table.conditions.silent },
  ]
  const label = parts.map(({ word, count }) => `${word} ${format.count(count)}`).join(texts.between)
  return (
    <span className="cg-state-bar" role="img" aria-label={label} title={label}>
      {parts.map(({ state, count }) => (
        <span key={state} data-state={state} style={{ flexGrow: count }} />
      ))}
    </span>
  )
}

function tone(count: number | undefined): 'bad' | undefined {
  return count !== undefined && count > 0 ? 'bad' : undefined
}

function lastDay({ rows, hours }: Completeness): Completeness['rows'] {
  const from = Math.max(0, hours - 24)
  return rows.map(row => ({ ...row, expected: row.expected.slice(from), received: row.received.slice(from) }))
}
