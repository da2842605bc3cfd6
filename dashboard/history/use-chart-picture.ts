import { useComputedColorScheme } from '@mantine/core'
import type { Device } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import type { HistoryLine } from './history-line.ts'
import { useHistoryTexts } from './history-texts.ts'
import { chartPicture } from './png-export.ts'
import type { Stretch } from './span.ts'

/** Makes the picture of the chart as it is shown, in the words and colours of the page. */
export function useChartPicture(device: Device, lines: readonly HistoryLine[], stretch: Stretch): (chart: HTMLCanvasElement) => Promise<Blob> {
  const { text } = useLanguage()
  const texts = useHistoryTexts()
  const format = useFormat()
  const scheme = useComputedColorScheme('light')
  return chart =>
    chartPicture(
      chart,
      {
        title: device.name ?? device.id,
        period: `${format.dateTime(stretch.from)} – ${format.dateTime(stretch.to)}`,
        foot: `${texts.zone(format.timeZone)} · ${text.app.name}`,
        lines: lines.map(({ label, unit, look }) => ({ label: unit === '' ? label : `${label} (${unit})`, look })),
      },
      scheme,
    )
}
