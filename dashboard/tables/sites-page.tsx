import './tables.css'
import { useKinds } from '../api/queries.ts'
import type { Kind } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useTitle } from '../shell/use-title.ts'
import type { Column } from '../table/virtual-table.tsx'
import { DistrictGroups, OrgGroups, type SumColumn } from './groups.tsx'
import { SparkLine } from './spark.tsx'
import { TablePage } from './table-page.tsx'
import { Measured, useHeadColumns } from './table-parts.tsx'
import { useTablesTexts } from './tables-texts.ts'
import type { SiteRow, SiteSum, Sites } from './tables-types.ts'
import { useTable } from './use-table.ts'

/** What lay beyond its limits: of every kind that stands still and has fields with a range. */
export default function SitesPage() {
  const texts = useTablesTexts()
  const format = useFormat()
  const kinds = (useKinds().data ?? []).filter(kind => !kind.moves && rangedOf(kind).length > 0)
  // Meters have ranges too, but here one looks for sites: kinds that count nothing in what they measure by the hour.
  const sitesFirst = kinds.filter(kind => !isMeter(kind))
  const table = useTable<SiteRow, Sites>({
    path: '/sites',
    kinds,
    usual: sitesFirst,
    fieldsOf: rangedOf,
    usualSort: '-count',
    more: ({ field, limit }) => ({ field: field || undefined, above: limit || undefined }),
  })
  const { view, answer, onChange } = table
  const columns = useSiteColumns(kinds, view.kind, answer)
  useTitle(texts.sites)
  const sums = useSumColumns()
  return (
    <TablePage {...table} title={texts.sites} file={`${view.kind}-${view.field}.csv`} limit columns={columns}>
      {answer?.state === 'ready' && (
        <>
          <p className="cg-limits">
            {texts.limits}: {format.measured(answer.limits[0])} – <Measured value={answer.limits[1]} unit={answer.unit} />
          </p>
          <div className="cg-groups">
            <DistrictGroups groups={answer.districts} columns={sums} chosen={view.district} onChoose={district => onChange({ district })} />
            <OrgGroups groups={answer.orgs} columns={sums} chosen={view.org} onChoose={org => onChange({ org })} />
          </div>
        </>
      )}
    </TablePage>
  )
}

function rangedOf(kind: Kind) {
  return Object.entries(kind.fields).filter(([, field]) => field.type === 'number' && field.range !== undefined && !field.counter && !field.circular)
}

/** Whether a kind measures how fast one of its counters counts: m³/h beside m³, kW beside kWh. */
function isMeter(kind: Kind): boolean {
  const fields = Object.values(kind.fields)
  return fields.some(field => field.counter && fields.some(other => !other.counter && (other.unit === `${field.unit}/h` || `${other.unit}h` === field.unit)))
}

function useSumColumns(): readonly SumColumn<SiteSum>[] {
  const texts = useTablesTexts()
  const format = useFormat()
  return [
    { title: texts.devices, cell: sum => format.count(sum.devices) },
    { title: texts.exceeding, cell: sum => <Bad count={sum.exceeding} /> },
    { title: texts.count, cell: sum => format.count(sum.count) },
    { title: texts.duration, cell: sum => format.duration(sum.minutes * 60) },
  ]
}

function Bad({ count }: { readonly count: number }) {
  const format = useFormat()
  return <span className={count > 0 ? 'cg-bad-number' : undefined}>{format.count(count)}</span>
}

function useSiteColumns(kinds: readonly Kind[], kind: string, answer: Sites | undefined): readonly Column<SiteRow>[] {
  const texts = useTablesTexts()
  const format = useFormat()
  const head = useHeadColumns<SiteRow>(kinds, kind)
  const unit = answer?.unit
  const high = answer?.limits[1]
  const starts = (answer?.curve ?? []).map(start => Date.parse(start))
  const describe = (row: SiteRow) =>
    row.curve.map((value, index) => texts.amountAt(format.hourMinute(starts[index] ?? 0), value === null ? texts.notRead : format.measured(value))).join('\n')
  return [
    ...head,
    { key: 'latest', title: texts.latest, sort: 'latest', numeric: true, width: 100, cell: row => <Measured value={row.latest} unit={unit} /> },
    { key: 'mean', title: texts.mean, sort: 'mean', numeric: true, width: 90, cell: row => <Measured value={row.mean} unit={undefined} /> },
    { key: 'lowest', title: texts.lowest, sort: 'lowest', numeric: true, width: 90, cell: row => <Measured value={row.lowest} unit={undefined} /> },
    { key: 'peak', title: texts.peak, sort: 'peak', numeric: true, width: 100, cell: row => <Measured value={row.peak} unit={undefined} /> },
    {
      key: 'count',
      title: texts.count,
      help: texts.countHelp,
      sort: 'count',
      numeric: true,
      width: 110,
      cell: row => (row.count === 0 ? '' : <Bad count={row.count} />),
    },
    {
      key: 'minutes',
      title: texts.duration,
      help: texts.durationHelp,
      sort: 'minutes',
      numeric: true,
      width: 90,
      cell: row => (row.minutes === 0 ? '' : format.duration(row.minutes * 60)),
    },
    {
      key: 'worst',
      title: texts.worst,
      sort: 'worst',
      numeric: true,
      width: 150,
      cell: row =>
        row.worst !== undefined && (
          <>
            <Measured value={row.worst} unit={undefined} />{' '}
            <span className="cg-unit">{row.worstAt && texts.dayAndTime(format.day(Date.parse(row.worstAt)), format.hourMinute(Date.parse(row.worstAt)))}</span>
          </>
        ),
    },
    { key: 'curve', title: texts.lastDay, width: 150, cell: row => <SparkLine values={row.curve} limit={high} label={describe(row)} /> },
  ]
}
