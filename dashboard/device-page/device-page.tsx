import './device-page.css'
import { Badge, Loader, Title } from '@mantine/core'
import { memo, useMemo } from 'react'
import { Link, useParams } from 'react-router'
import { ApiProblem } from '../api/api-problem.ts'
import { useDevice, useKinds, useLatest } from '../api/queries.ts'
import type { Device, Kind, Latest } from '../api/types.ts'
import { modeOf } from '../chart/chart-data.ts'
import { AccountSection } from '../devices/account-section.tsx'
import { ConditionBadge } from '../devices/condition-badge.tsx'
import { DeviceFacts } from '../devices/device-facts.tsx'
import { shownCondition } from '../devices/shown-condition.ts'
import { useHistoryAddress } from '../history/history-address.ts'
import { HistorySection } from '../history/history-section.tsx'
import { type SeriesName, toggledSeries } from '../history/series-name.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import { KindIcon } from '../map/kind-icon.tsx'
import { looksOf, UNKNOWN_LOOK } from '../map/looks.ts'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { Icon } from '../theme/icon.tsx'
import { CommandsCard } from './commands-card.tsx'
import { DeviceNotices } from './device-notices.tsx'
import { useDeviceTexts } from './device-texts.ts'
import { NewestFrames } from './newest-frames.tsx'
import { PlaceCard } from './place-card.tsx'
import { ValueTable } from './value-table.tsx'

/** Everything about one device: what it is and says now, how that came about, where it is, and what became of its frames. */
export default function DevicePage() {
  const { id = '' } = useParams()
  return <DeviceById key={id} id={id} />
}

function DeviceById({ id }: { readonly id: string }) {
  const { text } = useLanguage()
  const texts = useDeviceTexts()
  const device = useDevice(id)
  const kinds = useKinds()
  useTitle(device.data?.name ?? id)
  if (!device.data && device.error instanceof ApiProblem && device.error.status === 404) {
    return (
      <div className="cg-page">
        <EmptyView title={text.device.unknown} advice={text.device.unknownAdvice} />
        <p className="cg-centred">
          <Link to="/devices">{texts.list}</Link>
        </p>
      </div>
    )
  }
  const failed = (!device.data && device.error) || (!kinds.data && kinds.error)
  if (failed) return <ProblemView error={failed} onRetry={() => void Promise.all([device.refetch(), kinds.refetch()])} />
  if (!device.data || !kinds.data) {
    return (
      <div className="cg-panel-wait" role="status" aria-label={text.app.loading}>
        <Loader size="sm" />
      </div>
    )
  }
  const removed = device.error instanceof ApiProblem && device.error.status === 404
  return <KnownDevice device={device.data} kinds={kinds.data} removed={removed} />
}

function KnownDevice({ device, kinds, removed }: { readonly device: Device; readonly kinds: readonly Kind[]; readonly removed: boolean }) {
  const { text, title } = useLanguage()
  const texts = useDeviceTexts()
  const latest = useLatest(device.id)
  const address = useHistoryAddress()
  const kind = kinds.find(({ id }) => id === device.kind)
  const look = useMemo(() => looksOf(kinds.map(({ id }) => id)), [kinds]).get(device.kind ?? '') ?? UNKNOWN_LOOK
  const names = address.names ?? usualNames(device, kind, latest.data)
  const charted = new Set(names.filter(name => name.device === device.id).map(({ field }) => field))
  return (
    <div className="cg-page cg-device-page">
      <header className="cg-page-head">
        <KindIcon look={look} size={28} hollow={device.state !== 'ok'} />
        <div className="cg-device-name">
          <Title order={1}>{device.name ?? device.id}</Title>
          <div className="cg-panel-sub">
            {kind && <span>{title(kind.title)}</span>}
            {device.name !== undefined && <code>{device.id}</code>}
            <ConditionBadge condition={shownCondition(device, latest.data)} />
            {device.simulated && (
              <Badge size="sm" variant="default" leftSection={<Icon name="flask" size={11} />} title={text.device.simulatedHelp}>
                {text.device.simulated}
              </Badge>
            )}
          </div>
        </div>
        <Link className="cg-page-count" to={`/devices/${encodeURIComponent(device.id)}`}>
          {texts.onMap}
        </Link>
      </header>
      <DeviceNotices device={device} kind={kind} removed={removed} />
      <div className="cg-device-grid">
        <div className="cg-device-main">
          {kind && latest.isPending && !address.names ? (
            <div className="cg-card cg-plot-wait" role="status" aria-label={text.app.loading}>
              <Loader size="sm" />
            </div>
          ) : (
            kind && (
              <HistorySection
                device={device}
                kinds={kinds}
                names={names}
                span={address.span}
                mayGoBack={address.mayGoBack}
                onNames={address.setNames}
                onSpan={address.setSpan}
                onBack={address.goBack}
              />
            )
          )}
          <CommandsCard device={device} />
          <NewestFrames device={device} />
        </div>
        <div className="cg-device-side">
          {latest.isError && !latest.data ? (
            <div className="cg-card">
              <ProblemView error={latest.error} onRetry={() => void latest.refetch()} />
            </div>
          ) : (
            <ValueTable
              latest={latest.data}
              kind={kind}
              charted={charted}
              onChart={field => address.setNames(toggledSeries(names, { device: device.id, field }))}
            />
          )}
          <PlaceCard device={device} latest={latest.data} kind={kind} look={look} span={address.span} />
          <FactsCard device={device} latest={latest.data} />
        </div>
      </div>
    </div>
  )
}

/** Drawn anew when the device changes, not with every look at another stretch of its history. */
const FactsCard = memo(function FactsCard({ device, latest }: { readonly device: Device; readonly latest: Latest | undefined }) {
  return (
    <div className="cg-card cg-card-sections">
      <DeviceFacts device={device} latest={latest} />
      <AccountSection id={device.id} />
    </div>
  )
})

/** Until somebody chooses: the first field of the kind that the device has values of. */
function usualNames(device: Device, kind: Kind | undefined, latest: Latest | undefined): readonly SeriesName[] {
  const drawable = Object.entries(kind?.fields ?? {}).filter(([, field]) => modeOf(field) !== undefined)
  const [field] = drawable.find(([name]) => latest !== undefined && Object.hasOwn(latest.values, name)) ?? drawable[0] ?? []
  return field === undefined ? [] : [{ device: device.id, field }]
}
