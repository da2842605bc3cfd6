import { ActionIcon } from '@mantine/core'
import { useText } from '../i18n/language-provider.tsx'
import { ReplayLink } from '../replay/replay-link.tsx'
import { Icon, type IconName } from '../theme/icon.tsx'
import { useMapTexts } from './map-texts.ts'

interface MapToolsProps {
  readonly measuring: boolean
  readonly districts: boolean
  readonly onZoom: (levels: number) => void
  readonly onWholeCity: () => void
  readonly onMeasure: () => void
  readonly onDistricts: () => void
  readonly onWall: () => void
}

/** The buttons at the corner of the map. */
export function MapTools({ measuring, districts, onZoom, onWholeCity, onMeasure, onDistricts, onWall }: MapToolsProps) {
  const { map } = useText()
  const text = useMapTexts()
  return (
    <div className="cg-map-tools">
      <Tool icon="districts" label={text.districts} pressed={districts} onClick={onDistricts} />
      <ReplayLink />
      <Tool icon="measure" label={text.measure} pressed={measuring} onClick={onMeasure} />
      <Tool icon="wall" label={text.wall} onClick={onWall} />
      <Tool icon="fit" label={map.fit} onClick={onWholeCity} />
      <Tool icon="plus" label={map.zoomIn} onClick={() => onZoom(1)} />
      <Tool icon="minus" label={map.zoomOut} onClick={() => onZoom(-1)} />
    </div>
  )
}

interface ToolProps {
  readonly icon: IconName
  readonly label: string
  readonly pressed?: boolean
  readonly onClick: () => void
}

function Tool({ icon, label, pressed, onClick }: ToolProps) {
  return (
    <ActionIcon variant={pressed ? 'filled' : 'default'} size={36} aria-label={label} title={label} aria-pressed={pressed} onClick={onClick}>
      <Icon name={icon} />
    </ActionIcon>
  )
}
