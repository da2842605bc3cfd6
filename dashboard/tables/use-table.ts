import { useSearchParams } from 'react-router'
import { useOverview } from '../api/queries.ts'
import type { Field, Kind } from '../api/types.ts'
import { useFormat, useGatewayNow } from '../format/format-provider.tsx'
import { useServices } from '../services.tsx'
import { usePagedRows } from '../table/use-paged-rows.ts'
import { periodQuery, type TableView, tableFrom, withTable } from './table-address.ts'
import type { TableRow, Working } from './tables-types.ts'

const WORKING_MS = 1_000
const READY_MS = 60_000

/** What a table over time is of. */
interface TableSubject {
  /** Of the API and, before it, of the page. */
  readonly path: string
  readonly kinds: readonly Kind[]
  /** Kinds to choose from unless the address names one. */
  readonly usual?: readonly Kind[]
  /** The fields of a kind that such a table can be of; without it, a table is of no field. */
  readonly fieldsOf?: (kind: Kind) => readonly (readonly [string, Field])[]
  readonly usualSort: string
  /** What else the API is asked for. */
  readonly more: (view: TableView) => Readonly<Record<string, string | undefined>>
}

/** All that is shown of a table: with the kind and field that are meant where the address names none, the rows as far as they are there, and how to change it. */
export function useTable<R extends TableRow, A extends Working & { readonly rows: readonly R[] }>({ path, kinds, fieldsOf, more, ...usual }: TableSubject) {
  const { usualSort } = usual
  const [parameters, setParameters] = useSearchParams()
  const given = tableFrom(parameters, usualSort)
  const kind = useMeantKind(kinds, usual.usual ?? kinds, given.kind)
  const fields = (kind && fieldsOf?.(kind)) ?? []
  const field = fields.find(([name]) => name === given.field) ?? fields[0]
  const view: TableView = { ...given, kind: kind?.id ?? '', field: field?.[0] ?? '' }
  const { rows, query } = useRows<R, A>(path, view, more(view))
  const onChange = (part: Partial<TableView>) =>
    setParameters(before => withTable(before, { ...tableFrom(before, usualSort), ...part }, usualSort), { replace: true })
  return { path, kinds, view, fields, rows, query, answer: rows.first, onChange }
}

/** The kind that is named, or the one of which there is most. Until that is known, none: nothing is asked. */
function useMeantKind(kinds: readonly Kind[], usual: readonly Kind[], named: string): Kind | undefined {
  const counts = useOverview().data?.kinds
  const countOf = (id: string) => counts?.find(({ kind }) => kind === id)?.devices.total ?? 0
  const most = counts && (usual.length > 0 ? usual : kinds).toSorted((a, b) => countOf(b.id) - countOf(a.id))[0]
  return kinds.find(({ id }) => id === named) ?? most
}

/** Rows of a table the gateway works out: asked again every second while it does, every minute afterwards. */
function useRows<R extends TableRow, A extends Working & { readonly rows: readonly R[] }>(
  path: string,
  view: TableView,
  more: Readonly<Record<string, string | undefined>>,
) {
  const { api } = useServices()
  const { timeZone } = useFormat()
  const now = useGatewayNow()
  const some = (value: string) => value || undefined
  const query = {
    kind: view.kind,
    ...periodQuery(view, now, timeZone),
    org: some(view.org),
    district: some(view.district),
    bbox: some(view.bbox),
    q: some(view.text),
    sort: view.sort,
    ...more,
  }
  const rows = usePagedRows<R, A>({
    key: [path, query],
    page: (part, signal) => api.get<A>(path, { ...query, ...part }, signal),
    every: page => (page?.state === 'working' ? WORKING_MS : READY_MS),
    enabled: view.kind !== '',
  })
  return { rows, query }
}
