import { Link } from 'react-router'
import { useOrgName } from '../api/org-names.ts'
import type { Kind, ListedDevice } from '../api/types.ts'
import { useFormat, useGatewayNow } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { KindIcon } from '../map/kind-icon.tsx'
import { looksOf, UNKNOWN_LOOK } from '../map/looks.ts'
import { useTableTexts } from '../table/table-texts.ts'
import type { Column } from '../table/virtual-table.tsx'
import { ConditionBadge } from './condition-badge.tsx'
import { useListTexts } from './list-texts.ts'

/** Columns of the list of devices. */
export function useDeviceColumns(kinds: readonly Kind[]): readonly Column<ListedDevice>[] {
  const { text, title } = useLanguage()
  const texts = useListTexts()
  const table = useTableTexts()
  const format = useFormat()
  const orgName = useOrgName()
  const now = useGatewayNow()
  const looks = looksOf(kinds.map(kind => kind.id))
  const titles = new Map(kinds.map(kind => [kind.id, title(kind.title)]))
  return [
    {
      key: 'name',
      title: text.list.name,
      sort: 'name',
      width: 220,
      cell: device => (
        <Link className="cg-device-link" to={`/devices/${encodeURIComponent(device.id)}`} title={text.list.onMap}>
          <KindIcon look={looks.get(device.kind ?? '') ?? UNKNOWN_LOOK} hollow={device.state !== 'ok'} />
          <span>{device.name ?? device.id}</span>
          {device.name !== undefined && <code>{device.id}</code>}
        </Link>
      ),
    },
    { key: 'kind', title: text.device.kind, sort: 'kind', cell: device => titles.get(device.kind ?? '') ?? text.app.none },
    {
      key: 'state',
      title: text.list.state,
      sort: 'state',
      width: 130,
      cell: device => <ConditionBadge condition={device.state === 'ok' ? (device.flagged ? 'flagged' : 'fresh') : device.state} />,
    },
    {
      key: 'lastReceivedAt',
      title: texts.lastFrame,
      sort: 'lastReceivedAt',
      numeric: true,
      width: 110,
      cell: device => (device.lastReceivedAt === undefined ? text.app.none : format.ago((now - Date.parse(device.lastReceivedAt)) / 1_000)),
    },
    {
      key: 'outOfRange',
      title: texts.outOfRange,
      help: texts.outOfRangeHelp,
      sort: 'outOfRange',
      numeric: true,
      width: 100,
      cell: device =>
        device.minutesOutOfRange === undefined ? '' : <span className="cg-bad-number">{table.minutes(format.count(device.minutesOutOfRange))}</span>,
    },
    {
      key: 'rejected',
      title: texts.rejected,
      help: texts.rejectedHelp,
      sort: 'rejected',
      numeric: true,
      width: 90,
      cell: device => (device.rejected === undefined ? '' : format.count(device.rejected)),
    },
    {
      key: 'clock',
      title: texts.clock,
      sort: 'clock',
      numeric: true,
      width: 110,
      cell: device => (device.clock === undefined ? '' : <span className="cg-late-number">{format.duration(Math.abs(device.clock.offsetSeconds))}</span>),
    },
    { key: 'life', title: texts.lifeCycle, cell: device => texts.lives[device.lifeCycle] },
    { key: 'org', title: text.device.organisation, sort: 'org', cell: device => orgName(device.org) },
    { key: 'model', title: text.device.model, sort: 'model', cell: device => device.model },
  ]
}
