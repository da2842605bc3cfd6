import { Badge, Button, Text, Tooltip } from '@mantine/core'
import { useText } from '../i18n/language-provider.tsx'
import type { Counts } from '../live/counts.ts'
import { useLoaded } from '../shell/use-link-state.ts'
import { Icon } from '../theme/icon.tsx'
import { shownCount } from './shown-count.ts'
import type { MapFilter } from './url-state.ts'

interface MapNoticesProps {
  readonly counts: Counts
  readonly filter: MapFilter
  readonly styleFailed: boolean
  readonly onShowAll: () => void
}

/** What has to be said about the map as a whole: that the city is simulated, that nothing is here, that the filter hides all. */
export function MapNotices({ counts, filter, styleFailed, onShowAll }: MapNoticesProps) {
  const text = useText()
  const loaded = useLoaded()
  const empty = loaded && counts.total === 0
  const hidden = loaded && counts.total > 0 && shownCount(counts, filter) === 0
  return (
    <div className="cg-notices">
      {counts.anySimulated && (
        <Tooltip label={text.map.simulatedHelp} multiline w={260} events={{ hover: true, focus: true, touch: true }}>
          <Badge className="cg-simulated" variant="default" size="lg" radius="xl" leftSection={<Icon name="flask" size={14} />} tabIndex={0}>
            {text.map.simulated}
          </Badge>
        </Tooltip>
      )}
      {styleFailed && <Notice title={text.map.styleFailed} />}
      {empty && <Notice title={text.map.empty} advice={text.map.emptyAdvice} />}
      {hidden && (
        <div className="cg-notice-card" role="status">
          <Text size="sm">{text.map.noneMatch}</Text>
          <Button size="compact-sm" variant="default" onClick={onShowAll}>
            {text.map.clearFilter}
          </Button>
        </div>
      )}
    </div>
  )
}

function Notice({ title, advice }: { readonly title: string; readonly advice?: string }) {
  return (
    <div className="cg-notice-card" role="status">
      <Text size="sm">{title}</Text>
      {advice && (
        <Text size="xs" c="var(--cg-dimmed)">
          {advice}
        </Text>
      )}
    </div>
  )
}
