import { Button, Popover, Stack, Text } from '@mantine/core'
import { useFormat, useGatewayNow } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import type { LinkState } from '../live/link-state.ts'
import { useServices } from '../services.tsx'
import { useWayIn } from '../session/use-way-in.ts'
import { Icon, type IconName } from '../theme/icon.tsx'
import { useLinkState } from './use-link-state.ts'

const ICONS: Readonly<Record<LinkState['phase'], IconName>> = { live: 'live', delayed: 'clock', offline: 'offline', connecting: 'clock' }

/** How the live link is: an icon, a colour and a word; a click tells more. */
export function LinkBadge() {
  const text = useText()
  const format = useFormat()
  const state = useLinkState()
  // Who is not signed in has no link that could be live or lost.
  const outside = useWayIn() === 'outside'
  const word = state.phase === 'delayed' ? text.link.delayed(format.duration(state.seconds)) : text.link[state.phase]
  if (outside) return null
  return (
    <Popover width={260} position="bottom-end" withArrow shadow="md">
      <Popover.Target>
        <button type="button" className={`cg-link cg-link-${state.phase}`} data-phase={state.phase}>
          <Icon name={ICONS[state.phase]} size={16} />
          <span role="status">{word}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <LinkHelp state={state} />
      </Popover.Dropdown>
    </Popover>
  )
}

function LinkHelp({ state }: { readonly state: LinkState }) {
  const text = useText()
  const format = useFormat()
  const { feed } = useServices()
  useGatewayNow()
  const help = { live: text.link.liveHelp, delayed: text.link.delayedHelp, offline: text.link.offlineHelp, connecting: text.link.connectingHelp }[state.phase]
  const waitMs = state.phase === 'offline' && state.retryAtMs !== undefined ? state.retryAtMs - Date.now() : 0
  return (
    <Stack gap="xs">
      <Text size="sm">{help}</Text>
      {waitMs > 0 && (
        <Text size="xs" c="var(--cg-dimmed)">
          {text.link.retryIn(format.duration(Math.ceil(waitMs / 1_000)))}
        </Text>
      )}
      {state.phase === 'offline' && (
        <Button size="compact-sm" variant="default" onClick={() => feed.retryNow()}>
          {text.link.retryNow}
        </Button>
      )}
    </Stack>
  )
}
