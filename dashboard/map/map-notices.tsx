import { Badge, Button, Text, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'
import { useText } from '../i18n/language-provider.tsx'
import type { Counts } from '../live/counts.ts'
import { useLoaded } from '../shell/use-link-state.ts'
import { Icon } from '../theme/icon.tsx'
import { useLasting } from './use-lasting.ts'

/** Longer than it takes to move the map, fetch what is there and count it. */
const SETTLES_MS = 1_800

interface MapNoticesProps {
  readonly counts: Counts
  readonly styleFailed: boolean
  readonly onShowAll: () => void
  readonly children?: ReactNode
}

/** What has to be said about the map as a whole: that the city is simulated, that nothing is here, that the filter hides all. */
export function MapNotices({ counts, styleFailed, onShowAll, children }: MapNoticesProps) {
  const text = useText()
  const loaded = useLoaded()
  // The map may be on its way, or its devices: said only of what stays so.
  const empty = useLasting(loaded && counts.present === 0, SETTLES_MS)
  const hidden = useLasting(loaded && counts.present > 0 && counts.shown === 0, SETTLES_MS)
  return (
    <div className="cg-notices">
      {children}
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
