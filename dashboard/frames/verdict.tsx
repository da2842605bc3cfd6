import { Badge } from '@mantine/core'
import { useLanguage } from '../i18n/language-provider.tsx'
import { Icon } from '../theme/icon.tsx'
import { useFrameTexts } from './frame-texts.ts'
import type { DecodedFrame, Protocol } from './frame-types.ts'

interface VerdictProps {
  readonly frame: DecodedFrame
  readonly protocols: readonly Protocol[]
  /** Reads it again with this model. */
  readonly onModel: (model: string) => void
}

/** Whether the gateway would take the frame, and as what it was read. */
export function Verdict({ frame, protocols, onModel }: VerdictProps) {
  const texts = useFrameTexts()
  const { title } = useLanguage()
  const { recognised, model, ok, tried } = frame
  const protocol = protocols.find(({ id }) => id === frame.protocol)
  const others = tried.filter(each => each.model !== model && each.reason === undefined)
  const how = recognised && [
    recognised.by === 'frame' ? texts.recognisedByFrame : texts.recognisedByValues,
    recognised.what && title(recognised.what),
    recognised.sender && texts.sender(recognised.sender),
  ]
  return (
    <div className="cg-frame-verdict" data-ok={ok} role="status">
      <Icon name={ok ? 'check' : 'warning'} size={20} />
      <strong>{ok ? (frame.valueless ? texts.sound : texts.accepted) : `${texts.rejected}: ${frame.reason}`}</strong>
      <span className="cg-frame-facts">
        {[protocol ? title(protocol.title) : frame.protocol, ...(how ?? []), model === undefined ? texts.noModel : texts.readBy(model)]
          .filter(Boolean)
          .join(' · ')}
      </span>
      {!ok && <p>{frame.detail}</p>}
      {others.length > 0 && (
        <p className="cg-frame-facts">
          {texts.others}{' '}
          {others.slice(0, 12).map(other => (
            <Badge
              key={other.model}
              component="button"
              type="button"
              size="sm"
              variant="default"
              className="cg-other-model"
              onClick={() => onModel(other.model)}
            >
              {other.model}
            </Badge>
          ))}
          {others.length > 12 && ` +${others.length - 12}`}
        </p>
      )}
    </div>
  )
}
