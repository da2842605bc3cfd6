import type { Happening } from './happenings.ts'
import type { useReplayTexts } from './replay-texts.ts'

/** What happened, in words. Names of alarms and of qualities are the device's own. */
export function happeningText({ type, what }: Happening, texts: ReturnType<typeof useReplayTexts>, fieldTitle: (field: string) => string): string {
  if (type === 'stop') return texts.stop
  if (type === 'silence') return texts.silence
  const [prefix, field = '', word = ''] = what.split(':')
  if (prefix === 'alarm') return texts.alarm(what.slice('alarm:'.length))
  if (prefix === 'outOfRange') return texts.outOfRange(fieldTitle(field))
  if (prefix === 'quality') return texts.quality(fieldTitle(field), word)
  if (what === 'clockSuspect') return texts.clockSuspect
  return fieldTitle(what)
}
