import { Badge, Loader, Title } from '@mantine/core'
import { memo } from 'react'
import { Link } from 'react-router'
import type { Device } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { hashOf } from '../frames/frame-address.ts'
import { useDeviceFrames } from '../frames/frame-queries.ts'
import { useFrameTexts } from '../frames/frame-texts.ts'
import { useText } from '../i18n/language-provider.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useDeviceTexts } from './device-texts.ts'

const SHOWN_FRAMES = 8
const SHOWN_BYTES = 16

/** The newest frames as they came, accepted and rejected, each with a link that explains it byte by byte. */
export const NewestFrames = memo(function NewestFrames({ device }: { readonly device: Device }) {
  const text = useText()
  const texts = useDeviceTexts()
  const words = useFrameTexts()
  const format = useFormat()
  const list = useDeviceFrames(device.id)
  const page = list.data?.pages[0]
  const frames = page?.frames.slice(0, SHOWN_FRAMES) ?? []
  return (
    <section className="cg-card" aria-label={texts.frames}>
      <div className="cg-card-head">
        <Title order={2}>{texts.frames}</Title>
        <Link to={{ pathname: '/frames', hash: hashOf({ device: device.id }) }}>{texts.allFrames}</Link>
      </div>
      {list.isPending && <Loader size="sm" aria-label={text.app.loading} />}
      {list.isError && !page && <ProblemView error={list.error} onRetry={() => void list.refetch()} />}
      {page && frames.length === 0 && <EmptyView title={texts.noFrames} />}
      <ul className="cg-newest-frames">
        {frames.map(frame => {
          const rejected = frame.verdict === 'rejected'
          const bytes = frame.bytes.match(/../g) ?? []
          const open = frame.masked
            ? { device: device.id, offset: String(frame.offset) }
            : { device: device.id, protocol: page?.protocol ?? '', model: device.model, hex: frame.bytes }
          const at = format.dateTime(Date.parse(frame.receivedAt))
          return (
            <li key={frame.offset} data-verdict={frame.verdict}>
              <time dateTime={frame.receivedAt}>{at}</time>
              <Badge size="sm" variant="light" color={rejected ? 'red' : 'green'} title={frame.detail}>
                {rejected ? frame.reason : words.accepted}
              </Badge>
              <Link to={{ pathname: '/frames', hash: hashOf(open) }} aria-label={`${texts.explain}: ${at}`}>
                {texts.explain}
              </Link>
              <code>{`${bytes.slice(0, SHOWN_BYTES).join(' ')}${frame.length > SHOWN_BYTES ? ' …' : ''}`}</code>
            </li>
          )
        })}
      </ul>
    </section>
  )
})
