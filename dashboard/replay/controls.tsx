import { ActionIcon, NativeSelect } from '@mantine/core'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { Icon } from '../theme/icon.tsx'
import type { Player } from './player.ts'
import { RATES, type Rate } from './replay-address.ts'
import { useReplayTexts } from './replay-texts.ts'
import { useMoment, usePlaying } from './use-moment.ts'

const LOOK_MS = 100

interface ControlsProps {
  readonly player: Player
  readonly onPlay: (playing: boolean) => void
  readonly onStep: (steps: number) => void
  readonly onRate: (rate: Rate) => void
}

/** Play, step, speed, and the moment that is shown. */
export function Controls({ player, onPlay, onStep, onRate }: ControlsProps) {
  const texts = useReplayTexts()
  const text = useText()
  const format = useFormat()
  const at = useMoment(player, LOOK_MS)
  const { playing, rate } = usePlaying(player)
  return (
    <div className="cg-replay-controls">
      <ActionIcon variant="default" size={34} aria-label={texts.back} title={texts.back} onClick={() => onStep(-1)}>
        <Icon name="stepBack" />
      </ActionIcon>
      <ActionIcon size={38} aria-label={playing ? texts.pause : texts.play} title={texts.playHelp} onClick={() => onPlay(!playing)}>
        <Icon name={playing ? 'pause' : 'play'} />
      </ActionIcon>
      <ActionIcon variant="default" size={34} aria-label={texts.forward} title={texts.forward} onClick={() => onStep(1)}>
        <Icon name="stepOn" />
      </ActionIcon>
      <NativeSelect
        size="xs"
        aria-label={texts.speed}
        title={texts.speed}
        value={String(rate)}
        onChange={event => {
          const chosen = RATES.find(known => String(known) === event.currentTarget.value)
          if (chosen !== undefined) onRate(chosen)
        }}
        data={RATES.map(each => ({ value: String(each), label: texts.times(String(each)) }))}
      />
      <time className="cg-replay-clock" dateTime={new Date(at).toISOString()}>
        {at === 0 ? text.app.none : format.dateTime(at)}
      </time>
    </div>
  )
}
