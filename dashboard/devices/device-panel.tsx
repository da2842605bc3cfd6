import { ActionIcon, Badge, Loader, ScrollArea, Text, Title, Tooltip } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useEffect, useRef } from 'react'
import { Link } from 'react-router'
import { ApiProblem } from '../api/api-problem.ts'
import { useDevice, useKinds, useLatest } from '../api/queries.ts'
import type { Kind } from '../api/types.ts'
import { HistoryChart } from '../chart/history-chart.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { KindIcon } from '../map/kind-icon.tsx'
import { type Look, UNKNOWN_LOOK } from '../map/looks.ts'
import type { MapFocus } from '../map/map-canvas.tsx'
import { ReplayLink } from '../replay/replay-link.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { Icon } from '../theme/icon.tsx'
import { AccountSection } from './account-section.tsx'
import { ConditionBadge } from './condition-badge.tsx'
import { DeviceFacts } from './device-facts.tsx'
import { LatestValues } from './latest-values.tsx'
import { RejectedFrames } from './rejected-frames.tsx'
import { shownCondition } from './shown-condition.ts'

interface DevicePanelProps {
  readonly id: string
  readonly looks: ReadonlyMap<string, Look>
  readonly phone: boolean
  /** On a phone: as high as the screen allows. */
  readonly tall: boolean
  readonly onTall: (tall: boolean) => void
  readonly onShow: (place: MapFocus) => void
  readonly onClose: () => void
}

/** Everything about one device, beside the map: what it is, its latest values, their history, and what became of its frames. Esc closes it. */
export function DevicePanel({ id, looks, phone, tall, onTall, onShow, onClose }: DevicePanelProps) {
  const { text, title } = useLanguage()
  const device = useDevice(id)
  const latest = useLatest(id)
  const kind = useKinds().data?.find(known => known.id === device.data?.kind)
  const heading = useRef<HTMLHeadingElement>(null)
  const name = device.data?.name ?? id
  const look = looks.get(device.data?.kind ?? '') ?? UNKNOWN_LOOK
  useTitle(name)
  useHotkeys([['Escape', event => isTyping(event) || onClose()]], [])

  useEffect(() => heading.current?.focus({ preventScroll: true }), [])

  const place = latest.data?.position ?? device.data?.place
  const known = place !== undefined
  const arrived = useRef(false)
  useEffect(() => {
    // Once: a device that drives on is not followed, the operator may be looking elsewhere by then.
    if (!known || arrived.current) return
    arrived.current = true
    onShow({ lat: place.lat, lon: place.lon, closer: false })
  }, [known, place, onShow])

  return (
    <aside className="cg-panel" data-tall={tall} aria-label={text.device.panel}>
      <header>
        {device.data && <KindIcon look={look} size={26} hollow={device.data.state !== 'ok'} />}
        <div className="cg-panel-title">
          <Title order={2} ref={heading} tabIndex={-1} title={name}>
            {name}
          </Title>
          <div className="cg-panel-sub">
            {kind && <span>{title(kind.title)}</span>}
            {device.data && <ConditionBadge condition={shownCondition(device.data, latest.data)} />}
            {device.data?.simulated && (
              <Tooltip label={text.device.simulatedHelp}>
                <Badge size="sm" variant="default" leftSection={<Icon name="flask" size={11} />}>
                  {text.device.simulated}
                </Badge>
              </Tooltip>
            )}
          </div>
        </div>
        {device.data && (
          <ActionIcon
            component={Link}
            to={`/devices/${encodeURIComponent(id)}/details`}
            variant="subtle"
            color="gray"
            aria-label={text.device.details}
            title={text.device.details}
          >
            <Icon name="details" />
          </ActionIcon>
        )}
        {kind?.moves && <ReplayLink device={id} />}
        {place && (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={text.device.showOnMap}
            title={text.device.showOnMap}
            onClick={() => onShow({ lat: place.lat, lon: place.lon, closer: true })}
          >
            <Icon name="locate" />
          </ActionIcon>
        )}
        {phone && (
          <ActionIcon variant="subtle" color="gray" aria-label={tall ? text.device.shrink : text.device.grow} onClick={() => onTall(!tall)}>
            <Icon name={tall ? 'chevronDown' : 'chevronUp'} />
          </ActionIcon>
        )}
        <ActionIcon variant="subtle" color="gray" aria-label={text.device.close} onClick={onClose}>
          <Icon name="close" />
        </ActionIcon>
      </header>
      <ScrollArea className="cg-panel-body" scrollbarSize={8}>
        <PanelBody id={id} device={device} latest={latest} kind={kind} look={look} />
      </ScrollArea>
    </aside>
  )
}

interface PanelBodyProps {
  readonly id: string
  readonly device: ReturnType<typeof useDevice>
  readonly latest: ReturnType<typeof useLatest>
  readonly kind: Kind | undefined
  readonly look: Look
}

function PanelBody({ id, device, latest, kind, look }: PanelBodyProps) {
  const { text } = useLanguage()
  if (device.error instanceof ApiProblem && device.error.status === 404) return <EmptyView title={text.device.unknown} advice={text.device.unknownAdvice} />
  if (!device.data && device.isError) return <ProblemView error={device.error} onRetry={() => void device.refetch()} />
  if (!device.data) {
    return (
      <div className="cg-panel-wait" role="status" aria-label={text.app.loading}>
        <Loader size="sm" />
      </div>
    )
  }
  return (
    <>
      {latest.data && !latest.data.position && !device.data.place && (
        <Text size="xs" c="var(--cg-dimmed)" className="cg-section">
          {text.device.noPosition}
        </Text>
      )}
      {latest.isError && !latest.data ? (
        <ProblemView error={latest.error} onRetry={() => void latest.refetch()} />
      ) : (
        <LatestValues latest={latest.data} kind={kind} />
      )}
      {kind && <HistoryChart device={id} kind={kind} look={look} present={Object.keys(latest.data?.values ?? {})} />}
      <AccountSection id={id} />
      <RejectedFrames id={id} model={device.data.model} />
      <DeviceFacts device={device.data} latest={latest.data} />
    </>
  )
}

/** Esc in a field or an open choice belongs to it. */
function isTyping(event: KeyboardEvent): boolean {
  return event.target instanceof Element && event.target.matches('input:not([type="radio"]), textarea')
}
