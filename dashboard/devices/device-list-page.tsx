import { Loader, Title } from '@mantine/core'
import { Link, useSearchParams } from 'react-router'
import { useKinds } from '../api/queries.ts'
import type { DeviceList, ListedDevice } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { useServices } from '../services.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { ExportButton } from '../table/export-button.tsx'
import { useTableTexts } from '../table/table-texts.ts'
import { usePagedRows } from '../table/use-paged-rows.ts'
import { VirtualTable } from '../table/virtual-table.tsx'
import { DeviceFilters } from './device-filters.tsx'
import { listFrom, listQuery, mapAddress, withList } from './list-address.ts'
import { useListTexts } from './list-texts.ts'
import { useDeviceColumns } from './use-device-columns.tsx'

const EVERY_MS = 15_000

/** All devices as a table: filtered and sorted by the gateway, only the rows in sight are fetched. What is shown stands in the address. */
export default function DeviceListPage() {
  const { text } = useLanguage()
  const texts = useListTexts()
  const table = useTableTexts()
  const format = useFormat()
  const { api } = useServices()
  const [parameters, setParameters] = useSearchParams()
  const view = listFrom(parameters)
  const query = listQuery(view)
  const rows = usePagedRows<ListedDevice, { readonly rows: readonly ListedDevice[]; readonly total: number }>({
    key: ['devices', query],
    page: async (part, signal) => {
      const { devices, total } = await api.get<DeviceList>('/devices', { ...query, ...part }, signal)
      return { rows: devices, total }
    },
    every: () => EVERY_MS,
  })
  const columns = useDeviceColumns(useKinds().data ?? [])
  const narrowed = Object.entries(query).some(([name, value]) => name !== 'sort' && value !== undefined)
  useTitle(text.list.title)
  return (
    <div className="cg-page cg-page-wide">
      <div className="cg-page-head">
        <Title order={1}>{text.list.title}</Title>
        {rows.total !== undefined && <span className="cg-page-count">{texts.count(format.count(rows.total))}</span>}
        <Link to={mapAddress(view)}>{table.onMap}</Link>
        <ExportButton path="/devices" query={query} name="devices.csv" />
      </div>
      <DeviceFilters view={view} onChange={part => setParameters(before => withList(before, { ...listFrom(before), ...part }), { replace: true })} />
      {rows.error !== undefined && <ProblemView error={rows.error} onRetry={rows.again} />}
      {rows.pending && <Loader size="sm" aria-label={text.app.loading} />}
      {rows.total === 0 && (narrowed ? <EmptyView title={text.list.empty} /> : <EmptyView title={text.list.emptyAll} advice={text.list.emptyAllAdvice} />)}
      {rows.total !== undefined && rows.total > 0 && (
        <VirtualTable
          label={texts.table}
          columns={columns}
          rows={rows}
          rowKey={row => row.id}
          sort={view.sort}
          onSort={sort => setParameters(before => withList(before, { ...listFrom(before), sort }), { replace: true })}
        />
      )}
    </div>
  )
}
