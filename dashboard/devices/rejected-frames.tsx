import { Text, Title } from '@mantine/core'
import { Link } from 'react-router'
import { useRejected } from '../api/queries.ts'
import type { RejectedFrame } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'

/** Bytes shown of a frame; a longer one ends in an ellipsis. */
const SHOWN_BYTES = 48

/** The newest frames that gave no reading: when, why, and their bytes. */
export function RejectedFrames({ id, model }: { readonly id: string; readonly model: string }) {
  const text = useText()
  const rejected = useRejected(id)
  if (!rejected.data || rejected.data.length === 0) return null
  return (
    <section className="cg-section">
      <Title order={3} className="cg-section-title">
        {text.account.rejectedTitle}
      </Title>
      <ul className="cg-rejected">
        {rejected.data.map(frame => (
          <Frame key={frame.offset} device={id} frame={frame} model={model} />
        ))}
      </ul>
    </section>
  )
}

function Frame({ device, frame, model }: { readonly device: string; readonly frame: RejectedFrame; readonly model: string }) {
  const text = useText()
  const format = useFormat()
  const bytes = frame.bytes.match(/../g) ?? []
  const shown = bytes.slice(0, SHOWN_BYTES).join(' ')
  return (
    <li>
      <div className="cg-rejected-head">
        <code>{frame.reason}</code>
        <time dateTime={frame.receivedAt}>{format.dateTime(Date.parse(frame.receivedAt))}</time>
      </div>
      <Text size="xs">{frame.detail}</Text>
      <Text size="xs" c="var(--cg-dimmed)">
        {text.account.channel} {frame.channel} · {text.account.bytes(bytes.length)} ·{' '}
        <Link to={`/frames#${new URLSearchParams(frame.masked ? { device, offset: String(frame.offset) } : { device, model, hex: frame.bytes }).toString()}`}>
          {text.account.explain}
        </Link>
      </Text>
      <code className="cg-hex" title={text.account.hex}>
        {bytes.length > SHOWN_BYTES ? `${shown} …` : shown}
      </code>
    </li>
  )
}
