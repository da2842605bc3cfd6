import { ActionIcon, Badge, Button, Loader, Paper, Title } from '@mantine/core'
import { Link } from 'react-router'
import { useDevice } from '../api/queries.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { Icon } from '../theme/icon.tsx'
import { type FrameAddress, hashOf } from './frame-address.ts'
import { useDeviceFrames } from './frame-queries.ts'
import { useFrameTexts } from './frame-texts.ts'
import type { DeviceFrames as FramesPage } from './frame-types.ts'

/** Bytes shown of a frame in the list. */
const SHOWN_BYTES = 24

interface DeviceFramesProps {
  readonly address: FrameAddress
  readonly onClose: () => void
}

/** The newest frames of a device, accepted and rejected, each a link that explains it. */
export function DeviceFrames({ address, onClose }: DeviceFramesProps) {
  const { device } = address
  const text = useText()
  const texts = useFrameTexts()
  const list = useDeviceFrames(device)
  const known = useDevice(device).data
  const pages = list.data?.pages ?? []
  const frames = pages.flatMap(page => page.frames.map(frame => ({ frame, protocol: page.protocol ?? '' })))
  return (
    <Paper withBorder p="md" component="section" aria-label={texts.deviceFrames(device)} className="cg-device-frames">
      <div className="cg-ribbon-head">
        <Title order={2}>{texts.deviceFrames(known?.name ?? device)}</Title>
        <ActionIcon variant="subtle" color="gray" aria-label={texts.close} onClick={onClose}>
          <Icon name="close" />
        </ActionIcon>
      </div>
      {list.isError && !list.data && <ProblemView error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Loader size="sm" aria-label={text.app.loading} />}
      {list.data && frames.length === 0 && <EmptyView title={texts.noFrames} advice={texts.noFramesAdvice} />}
      <ul>
        {frames.map(({ frame, protocol }) => (
          <FrameItem
            key={frame.offset}
            frame={frame}
            open={frame.masked ? { device, offset: String(frame.offset) } : { device, protocol, model: known?.model ?? '', hex: frame.bytes }}
            current={frame.masked ? String(frame.offset) === address.offset : frame.bytes === address.hex}
          />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button variant="default" size="compact-sm" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {texts.older}
        </Button>
      )}
    </Paper>
  )
}

interface FrameItemProps {
  readonly frame: FramesPage['frames'][number]
  readonly open: Partial<FrameAddress>
  readonly current: boolean
}

function FrameItem({ frame, open, current }: FrameItemProps) {
  const texts = useFrameTexts()
  const format = useFormat()
  const bytes = frame.bytes.match(/../g) ?? []
  const rejected = frame.verdict === 'rejected'
  return (
    <li data-verdict={frame.verdict}>
      <Link to={{ pathname: '/frames', hash: hashOf(open) }} title={frame.detail ?? texts.open} aria-current={current ? 'true' : undefined}>
        <time dateTime={frame.receivedAt}>{format.dateTime(Date.parse(frame.receivedAt))}</time>
        <Badge size="sm" variant="light" color={rejected ? 'red' : 'green'}>
          {rejected ? frame.reason : texts.accepted}
        </Badge>
        <code>{`${bytes.slice(0, SHOWN_BYTES).join(' ')}${frame.length > SHOWN_BYTES ? ' …' : ''}`}</code>
        <span className="cg-frame-facts">{frame.length > bytes.length ? texts.cut(bytes.length, frame.length) : texts.bytes(frame.length)}</span>
      </Link>
    </li>
  )
}
