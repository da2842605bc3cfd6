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

/** What a table shows, with the kind and field that are meant where the address names none, and how to change it. `usual`: kinds to choose from unless one is named. */
export function useTableView(kinds: readonly Kind[], fieldsOf: (kind: Kind) => readonly (readonly [string, Field])[], usualSort: string, usual = kinds) {
  const [parameters, setParameters] = useSearchParams()
  const counts = useOverview().data?.kinds
  const given = tableFrom(parameters, usualSort)
  const countOf = (id: string) => counts?.find(({ kind }) => kind === id)?.devices.total ?? 0
  // Until it is known which kind there is most of, nothing is asked.
  const most = counts && (usual.length > 0 ? usual : kinds).toSorted((a, b) => countOf(b.id) - countOf(a.id))[0]
  const kind = kinds.find(({ id }) => id === given.kind) ?? most
  const fields = kind ? fieldsOf(kind) : []
  const field = fields.find(([name]) => name === given.field) ?? fields[0]
  const view: TableView = { ...given, kind: kind?.id ?? '', field: field?.[0] ?? '' }
  const change = (part: Partial<TableView>) =>
    setParameters(before => withTable(before, { ...tableFrom(before, usualSort), ...part }, usualSort), { replace: true })
  return { view, kind, fields, change }
}

/** Rows of a table the gateway works out: asked again every second while it does, every minute afterwards. */
export function useTable<R extends TableRow, A extends Working & { readonly rows: readonly R[] }>(
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
