import type { Device, Kind } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { Icon } from '../theme/icon.tsx'
import { useDeviceTexts } from './device-texts.ts'

/** What must be known before anything else on the page is read. */
export function DeviceNotices({ device, kind, removed }: { readonly device: Device; readonly kind: Kind | undefined; readonly removed: boolean }) {
  const texts = useDeviceTexts()
  const format = useFormat()
  const { clock } = device
  const notices = [
    ...(removed ? [texts.removed] : []),
    ...(device.stage === 'retired' ? [texts.retired] : []),
    ...(device.stage === 'planned' ? [texts.planned] : []),
    ...(kind ? [] : [texts.noKind]),
    ...(clock ? [texts.clocks[clock.fault](format.duration(Math.abs(clock.offsetSeconds)))] : []),
  ]
  if (notices.length === 0) return null
  return (
    <ul className="cg-device-notices" role="status">
      {notices.map(notice => (
        <li key={notice}>
          <Icon name="warning" size={16} />
          {notice}
        </li>
      ))}
    </ul>
  )
}
