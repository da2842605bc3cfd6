import { ActionIcon } from '@mantine/core'
import { Link, useSearchParams } from 'react-router'
import { Icon } from '../theme/icon.tsx'
import { useReplayLinkTexts } from './replay-link-texts.ts'

/** The way from a device, or from a part of the map, to its past. */
export function ReplayLink({ device }: { readonly device?: string }) {
  const texts = useReplayLinkTexts()
  const [parameters] = useSearchParams()
  const view = parameters.get('at')
  const label = device === undefined ? texts.map : texts.device
  const look = { 'aria-label': label, title: label, component: Link } as const
  const to = device === undefined ? `/replay${view === null ? '' : `?at=${view}`}` : `/replay?devices=${encodeURIComponent(device)}&last=1h`
  return device === undefined ? (
    <ActionIcon variant="default" size={36} {...look} to={to}>
      <Icon name="replay" />
    </ActionIcon>
  ) : (
    <ActionIcon variant="subtle" color="gray" {...look} to={to}>
      <Icon name="replay" />
    </ActionIcon>
  )
}
