import { Button } from '@mantine/core'
import { Icon } from '../theme/icon.tsx'
import { useMapTexts } from './map-texts.ts'

interface FollowButtonProps {
  readonly name: string
  readonly following: boolean
  readonly onFollow: (on: boolean) => void
}

/** Switches on and off that the map goes after the selected device. */
export function FollowButton({ name, following, onFollow }: FollowButtonProps) {
  const text = useMapTexts()
  return (
    <Button
      className="cg-follow"
      size="compact-md"
      radius="xl"
      variant={following ? 'filled' : 'default'}
      aria-pressed={following}
      title={text.followHelp}
      leftSection={<Icon name="locate" size={15} />}
      rightSection={following ? <Icon name="close" size={13} /> : undefined}
      onClick={() => onFollow(!following)}
    >
      {following ? text.following(name) : text.follow}
    </Button>
  )
}
