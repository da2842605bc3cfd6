import { Button, Progress, Text } from '@mantine/core'
import { useFormat } from '../format/format-provider.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useReplayTexts } from './replay-texts.ts'
import type { useTracks } from './use-tracks.ts'

/** How far loading is, what is missing of it, and what can be done. */
export function LoadState({ loaded }: { readonly loaded: ReturnType<typeof useTracks> }) {
  const texts = useReplayTexts()
  const format = useFormat()
  const { phase, head, end, tracks, error } = loaded
  if (phase === 'idle') return <EmptyView title={texts.start} advice={texts.startAdvice} />
  if (phase === 'failed' && tracks.length === 0) return <ProblemView error={error} onRetry={loaded.retry} />
  return (
    <div className="cg-replay-state">
      {phase === 'loading' && (
        <div role="status">
          <Text size="xs">{head ? texts.loading(format.count(tracks.length), format.count(head.devices)) : texts.searching}</Text>
          <Progress size="sm" value={head && head.devices > 0 ? (tracks.length / head.devices) * 100 : 0} aria-label={texts.load} animated />
          <Button size="compact-xs" variant="default" onClick={loaded.cancel}>
            {texts.cancel}
          </Button>
        </div>
      )}
      {phase === 'failed' && <Note text={texts.failedLate} onRetry={loaded.retry} />}
      {phase === 'cancelled' && <Note text={texts.cancelled} onRetry={loaded.retry} />}
      {end && end.devicesCut > 0 && <Note text={texts.cut(format.count(end.devicesCut))} />}
      {phase === 'done' && tracks.length === 0 && <EmptyView title={texts.nobody} advice={texts.nobodyAdvice} />}
      {head && head.stepMs > 0 && tracks.some(track => track.leftOut > 0) && (
        <Text size="xs" c="var(--cg-dimmed)">
          {texts.thinned(format.duration(head.stepMs / 1000))}
        </Text>
      )}
    </div>
  )
}

function Note({ text, onRetry }: { readonly text: string; readonly onRetry?: () => void }) {
  const texts = useReplayTexts()
  return (
    <div className="cg-replay-note" role="status">
      <Text size="xs">{text}</Text>
      {onRetry && (
        <Button size="compact-xs" variant="default" onClick={onRetry}>
          {texts.load}
        </Button>
      )}
    </div>
  )
}
