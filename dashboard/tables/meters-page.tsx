import './tables.css'
import { useKinds } from '../api/queries.ts'
import type { Kind } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useTitle } from '../shell/use-title.ts'
import type { Column } from '../table/virtual-table.tsx'
import { DistrictGroups, OrgGroups, type SumColumn } from './groups.tsx'
import { SparkBars } from './spark.tsx'
import { TablePage } from './table-page.tsx'
import { Measured, useHeadColumns } from './table-parts.tsx'
import { useTablesTexts } from './tables-texts.ts'
import type { MeterRow, MeterSum, Meters } from './tables-types.ts'
import { useTable } from './use-table.ts'

/** Below this a read rate is shown as bad, and below the other as late. */
const BAD = 0.8
const LATE = 0.95

/** Consumption of meters: of every kind with a counter that does not move. */
export default function MetersPage() {
  const texts = useTablesTexts()
  const kinds = (useKinds().data ?? []).filter(kind => !kind.moves && countersOf(kind).length > 0)
  const table = useTable<MeterRow, Meters>({
    path: '/meters',
    kinds,
    fieldsOf: countersOf,
    usualSort: '-total',
    more: ({ field, every }) => ({ field: field || undefined, every }),
  })
  const { view, answer, onChange } = table
  const columns = useMeterColumns(kinds, view.kind, view.every, answer)
  useTitle(texts.meters)
  const sums = useSumColumns(answer?.unit)
  return (
    <TablePage {...table} title={texts.meters} file={`${view.kind}-${view.field}.csv`} every columns={columns}>
      {answer?.state === 'ready' && (
        <div className="cg-groups">
          <DistrictGroups groups={answer.districts} columns={sums} chosen={view.district} onChoose={district => onChange({ district })} />
          <OrgGroups groups={answer.orgs} columns={sums} chosen={view.org} onChoose={org => onChange({ org })} />
        </div>
      )}
    </TablePage>
  )
}

function countersOf(kind: Kind) {
  return Object.entries(kind.fields).filter(([, field]) => field.counter === true && field.type === 'number')
}

function useSumColumns(unit: string | undefined): readonly SumColumn<MeterSum>[] {
  const texts = useTablesTexts()
  const format = useFormat()
  return [
    { title: texts.devices, cell: sum => format.count(sum.devices) },
    { title: texts.total, cell: sum => <Measured value={sum.total} unit={unit} /> },
    { title: texts.readRate, cell: sum => <ReadRate due={sum.due} received={sum.received} /> },
    { title: texts.missing, cell: sum => format.count(sum.due - sum.received) },
  ]
}

function ReadRate({ due, received }: { readonly due: number; readonly received: number }) {
  const texts = useTablesTexts()
  const format = useFormat()
  if (due === 0) return null
  // Not whole while a single read is missing.
  const share = received >= due ? 1 : Math.min(0.99, received / due)
  const tone = share < BAD ? 'cg-bad-number' : share < LATE ? 'cg-late-number' : undefined
  return (
    <span className={tone} title={texts.received(format.count(received), format.count(due))}>
      {format.percent(share)}
    </span>
  )
}

function useMeterColumns(kinds: readonly Kind[], kind: string, every: 'hour' | 'day' | 'month', answer: Meters | undefined): readonly Column<MeterRow>[] {
  const texts = useTablesTexts()
  const format = useFormat()
  const head = useHeadColumns<MeterRow>(kinds, kind)
  const unit = answer?.unit
  const starts = (answer?.columns ?? []).map(start => Date.parse(start))
  const nameOf = every === 'hour' ? format.hourMinute : format.day
  const describe = (row: MeterRow) =>
    row.amounts.map((amount, index) => texts.amountAt(nameOf(starts[index] ?? 0), amount === null ? texts.notRead : format.measured(amount))).join('\n')
  return [
    ...head,
    {
      key: 'total',
      title: texts.total,
      help: texts.totalHelp,
      sort: 'total',
      numeric: true,
      width: 110,
      cell: row => <Measured value={row.total} unit={unit} />,
    },
    { key: 'highest', title: texts.highest[every], sort: 'highest', numeric: true, width: 110, cell: row => <Measured value={row.highest} unit={unit} /> },
    ...(answer?.rateUnit === undefined
      ? []
      : [
          {
            key: 'night',
            title: texts.night,
            help: texts.nightHelp,
            sort: 'night',
            numeric: true as const,
            width: 110,
            cell: (row: MeterRow) => <Measured value={row.night} unit={answer.rateUnit} />,
          },
        ]),
    {
      key: 'rate',
      title: texts.readRate,
      help: texts.readRateHelp,
      sort: 'rate',
      numeric: true,
      width: 90,
      cell: row => <ReadRate due={row.due} received={row.received} />,
    },
    { key: 'missing', title: texts.missing, sort: 'missing', numeric: true, width: 100, cell: row => (row.missing === 0 ? '' : format.count(row.missing)) },
    { key: 'curve', title: texts.curve, width: 150, cell: row => <SparkBars values={row.amounts} label={describe(row)} /> },
    { key: 'notes', title: texts.notes, cell: row => notesOf(row).join(' · ') },
  ]

  function notesOf(row: MeterRow): string[] {
    return [
      ...(row.resets > 0 ? [texts.resets(format.count(row.resets))] : []),
      ...(row.rollovers > 0 ? [texts.rollovers(format.count(row.rollovers))] : []),
      ...(row.jumps > 0 ? [texts.jumps(format.count(row.jumps))] : []),
    ]
  }
}
