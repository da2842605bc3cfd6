import type { Device } from '../api/types.ts'
import { unitText } from '../devices/value-text.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import type { HistoryLine, LegendLine } from './history-line.ts'
import type { History, KnownSeries } from './history-queries.ts'
import { useHistoryTexts } from './history-texts.ts'
import { lineLook } from './line-looks.ts'
import { type SeriesName, sameSeries } from './series-name.ts'

/** The lines with their answers, in the words of the page. Devices are named where they are not all the page's own. */
export function useLegendLines(page: Device, known: readonly KnownSeries[], names: readonly SeriesName[], history: History): readonly LegendLine[] {
  const { text, title } = useLanguage()
  const texts = useHistoryTexts()
  const several = known.some(({ device }) => device.id !== page.id)
  return known.map(({ name, device, kind, mode }, place) => {
    const field = kind.fields[name.field]
    const own = field ? title(field.title) : name.field
    const told = mode === 'increase' ? texts.increase(own) : own
    const label = several ? `${device.name ?? device.id} · ${told}` : told
    const look = lineLook(names.findIndex(other => sameSeries(other, name)))
    const unit = field?.unit ? unitText(field.unit, text) : ''
    const answer = history.answers[place]
    const line: HistoryLine | undefined = answer && { name, label, unit, mode, look, range: field?.range, data: answer.data, everySeconds: answer.everySeconds }
    return { name, label, look, line, error: history.errors[place], rows: answer?.rows ?? 0 }
  })
}
