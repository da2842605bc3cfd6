import './tables.css'
import { useKinds } from '../api/queries.ts'
import type { Kind } from '../api/types.ts'
import { ConditionBadge } from '../devices/condition-badge.tsx'
import { useFormat, useGatewayNow } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { useTitle } from '../shell/use-title.ts'
import { Choice } from '../table/choice.tsx'
import { useTableTexts } from '../table/table-texts.ts'
import type { Column } from '../table/virtual-table.tsx'
import { GroupTable, OrgGroups, type SumColumn } from './groups.tsx'
import { TablePage } from './table-page.tsx'
import { Measured, useHeadColumns } from './table-parts.tsx'
import { useTablesTexts } from './tables-texts.ts'
import type { FleetRow, FleetSum, Fleets } from './tables-types.ts'
import { useTable } from './use-table.ts'

const STATES = ['inService', 'late', 'silent'] as const
/** As the list and the map show states. */
const SHOWN = { inService: 'fresh', late: 'stale', silent: 'silent' } as const

/** What moves: in service, late, silent, by route, and how far it went. */
export default function FleetsPage() {
  const texts = useTablesTexts()
  const words = useTableTexts()
  const kinds = (useKinds().data ?? []).filter(kind => kind.moves)
  const table = useTable<FleetRow, Fleets>({
    path: '/fleets',
    kinds,
    usualSort: 'state',
    more: ({ state, route }) => ({ state: state || undefined, route: route || undefined }),
  })
  const { view, answer, onChange } = table
  const columns = useFleetColumns(kinds, view.kind, answer?.odometer !== undefined)
  useTitle(texts.fleets)
  const sums = useSumColumns(answer?.odometer !== undefined)
  return (
    <TablePage
      {...table}
      title={texts.fleets}
      file={`${view.kind}.csv`}
      columns={columns}
      filters={
        <Choice
          label={words.state}
          value={view.state}
          all={words.anyState}
          options={STATES.map(value => ({ value, label: texts.states[value] }))}
          onChange={state => onChange({ state: STATES.find(known => known === state) ?? '' })}
        />
      }
    >
      {answer?.state === 'ready' && (
        <div className="cg-groups">
          <GroupTable
            title={texts.byRoute}
            groups={answer.routes}
            nameOf={id => id}
            columns={sums}
            chosen={view.route}
            onChoose={route => onChange({ route })}
          />
          <OrgGroups groups={answer.orgs} columns={sums} chosen={view.org} onChoose={org => onChange({ org })} />
        </div>
      )}
    </TablePage>
  )
}

function useSumColumns(measured: boolean): readonly SumColumn<FleetSum>[] {
  const texts = useTablesTexts()
  const format = useFormat()
  return [
    { title: texts.states.inService, cell: sum => format.count(sum.inService) },
    { title: texts.states.late, cell: sum => <span className={sum.late > 0 ? 'cg-late-number' : undefined}>{format.count(sum.late)}</span> },
    { title: texts.states.silent, cell: sum => <span className={sum.silent > 0 ? 'cg-bad-number' : undefined}>{format.count(sum.silent)}</span> },
    ...(measured ? [{ title: texts.distance, cell: (sum: FleetSum) => <Measured value={sum.distance} unit="km" /> }] : []),
  ]
}

function useFleetColumns(kinds: readonly Kind[], kind: string, measured: boolean): readonly Column<FleetRow>[] {
  const texts = useTablesTexts()
  const words = useTableTexts()
  const text = useText()
  const format = useFormat()
  const now = useGatewayNow()
  const head = useHeadColumns<FleetRow>(kinds, kind)
  return [
    ...head,
    {
      key: 'state',
      title: words.state,
      help: texts.stateHelp,
      sort: 'state',
      width: 120,
      cell: row => <ConditionBadge condition={SHOWN[row.state]} word={texts.states[row.state]} />,
    },
    { key: 'route', title: texts.route, sort: 'route', width: 90, cell: row => row.route ?? text.app.none },
    {
      key: 'lastHeardAt',
      title: texts.lastHeard,
      sort: 'lastHeardAt',
      numeric: true,
      width: 110,
      cell: row => (row.lastHeardAt === undefined ? texts.never : format.ago((now - Date.parse(row.lastHeardAt)) / 1_000)),
    },
    { key: 'speed', title: texts.speed, sort: 'speed', numeric: true, width: 100, cell: row => <Measured value={row.speed} unit="km/h" /> },
    ...(measured
      ? [
          {
            key: 'distance',
            title: texts.distance,
            help: texts.distanceHelp,
            sort: 'distance',
            numeric: true as const,
            width: 110,
            cell: (row: FleetRow) => <Measured value={row.distance} unit="km" />,
          },
        ]
      : []),
    {
      key: 'heard',
      title: texts.heard,
      help: texts.heardHelp,
      sort: 'heard',
      numeric: true,
      width: 110,
      cell: row => (row.due === 0 ? text.app.none : format.percent(row.received >= row.due ? 1 : Math.min(0.99, row.received / row.due))),
    },
  ]
}
