import { Button, Loader, Select, Table, Title } from '@mantine/core'
import { Link, useSearchParams } from 'react-router'
import { useDeviceList, useKinds } from '../api/queries.ts'
import type { Device, Kind } from '../api/types.ts'
import { useFormat, useGatewayNow } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { KindIcon } from '../map/kind-icon.tsx'
import { looksOf, UNKNOWN_LOOK } from '../map/looks.ts'
import { filterFrom, queryText, withFilter } from '../map/url-state.ts'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { ConditionBadge } from './condition-badge.tsx'

/** All devices as a table, filtered by the header's search and by kind. */
export function DeviceListPage() {
  const { text, title } = useLanguage()
  const format = useFormat()
  const [parameters, setParameters] = useSearchParams()
  const filter = filterFrom(parameters)
  const kinds = useKinds().data ?? []
  const kind = filter.kinds.length === 1 ? filter.kinds[0] : undefined
  const list = useDeviceList({ text: filter.text, kind })
  const devices = list.data?.pages.flatMap(page => page.devices) ?? []
  const total = list.data?.pages[0]?.total ?? 0
  const narrowed = filter.text !== '' || kind !== undefined
  useTitle(text.list.title)
  return (
    <div className="cg-page">
      <div className="cg-page-head">
        <Title order={1}>{text.list.title}</Title>
        <Select
          size="sm"
          aria-label={text.device.kind}
          value={kind ?? ''}
          allowDeselect={false}
          data={[{ value: '', label: text.list.allKinds }, ...kinds.map(({ id, title: kindTitle }) => ({ value: id, label: title(kindTitle) }))]}
          onChange={value => setParameters(before => withFilter(before, { ...filterFrom(before), kinds: value ? [value] : [] }), { replace: true })}
        />
        {list.data && <span className="cg-page-count">{text.list.count(format.count(devices.length), format.count(total))}</span>}
      </div>
      {list.isError && !list.data && <ProblemView error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Loader size="sm" aria-label={text.app.loading} />}
      {list.data &&
        devices.length === 0 &&
        (narrowed ? <EmptyView title={text.list.empty} /> : <EmptyView title={text.list.emptyAll} advice={text.list.emptyAllAdvice} />)}
      {devices.length > 0 && <DeviceTable devices={devices} kinds={kinds} query={queryText(parameters)} />}
      {list.hasNextPage && (
        <Button variant="default" size="sm" mt="md" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {text.list.more}
        </Button>
      )}
    </div>
  )
}

function DeviceTable({ devices, kinds, query }: { readonly devices: readonly Device[]; readonly kinds: readonly Kind[]; readonly query: string }) {
  const { text, title } = useLanguage()
  const format = useFormat()
  const now = useGatewayNow()
  const looks = looksOf(kinds.map(kind => kind.id))
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table className="cg-list" verticalSpacing={6} horizontalSpacing="sm" highlightOnHover stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text.list.name}</Table.Th>
            <Table.Th>{text.device.kind}</Table.Th>
            <Table.Th>{text.list.state}</Table.Th>
            <Table.Th>{text.account.lastReceived}</Table.Th>
            <Table.Th>{text.device.organisation}</Table.Th>
            <Table.Th>{text.device.model}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {devices.map(device => {
            const kind = kinds.find(known => known.id === device.kind)
            return (
              <Table.Tr key={device.id}>
                <Table.Td>
                  <Link className="cg-device-link" to={`/devices/${encodeURIComponent(device.id)}${query}`} title={text.list.onMap}>
                    <KindIcon look={looks.get(device.kind ?? '') ?? UNKNOWN_LOOK} hollow={device.state !== 'ok'} />
                    <span>{device.name ?? device.id}</span>
                    {device.name !== undefined && <code>{device.id}</code>}
                  </Link>
                </Table.Td>
                <Table.Td>{kind ? title(kind.title) : text.app.none}</Table.Td>
                <Table.Td>
                  <ConditionBadge condition={device.state === 'ok' ? 'fresh' : device.state} />
                </Table.Td>
                <Table.Td>{device.lastReceivedAt === undefined ? text.app.none : format.ago((now - Date.parse(device.lastReceivedAt)) / 1_000)}</Table.Td>
                <Table.Td>{device.org}</Table.Td>
                <Table.Td>{device.model}</Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
