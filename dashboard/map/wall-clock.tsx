import { Button } from '@mantine/core'
import { useFormat, useGatewayNow } from '../format/format-provider.tsx'
import { LinkBadge } from '../shell/link-badge.tsx'
import { Icon } from '../theme/icon.tsx'
import { useMapFormat } from './map-format.ts'
import { useMapTexts } from './map-texts.ts'

/** What a wall display has in the header's place: the city's time, large, and how the live link is; the way out while somebody is at it. */
export function WallClock({ touched, onLeave }: { readonly touched: boolean; readonly onLeave: () => void }) {
  const text = useMapTexts()
  const format = useFormat()
  const { longDay } = useMapFormat()
  const now = useGatewayNow()
  return (
    <div className="cg-wall-clock" data-touched={touched}>
      <time dateTime={new Date(now).toISOString()}>
        <b>{format.time(now)}</b>
        <span>{longDay(now)}</span>
      </time>
      <LinkBadge />
      <Button className="cg-wall-leave" size="compact-sm" variant="default" leftSection={<Icon name="close" size={14} />} onClick={onLeave}>
        {text.wallLeave}
      </Button>
    </div>
  )
}
