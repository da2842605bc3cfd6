import { ActionIcon, Table, useComputedColorScheme } from '@mantine/core'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { problemText } from '../shell/problem-view.tsx'
import { WideTable } from '../table/wide-table.tsx'
import { Icon } from '../theme/icon.tsx'
import { nearestPoint } from './columns.ts'
import type { LegendLine } from './history-line.ts'
import { useHistoryTexts } from './history-texts.ts'
import { type LineLook, strokeOf } from './line-looks.ts'
import { type SeriesName, seriesText } from './series-name.ts'
import type { Stretch } from './span.ts'

interface ReadoutProps {
  readonly lines: readonly LegendLine[]
  readonly stretch: Stretch
  /** Milliseconds; undefined: the newest point of each. */
  readonly at: number | undefined
  readonly onRemove: (name: SeriesName) => void
}

/** The legend, and what each line says where the cursor is. */
export function ReadoutTable({ lines, stretch, at, onRemove }: ReadoutProps) {
  const { text } = useLanguage()
  const texts = useHistoryTexts()
  const format = useFormat()
  const reach = (stretch.to - stretch.from) / 50_000
  return (
    <WideTable label={texts.title} minWidth={560}>
      <Table className="cg-readout-table" verticalSpacing={3} horizontalSpacing="xs" aria-live="off">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.line}</Table.Th>
            <Table.Th className="cg-number">{texts.value}</Table.Th>
            <Table.Th className="cg-number">{texts.lowHigh}</Table.Th>
            <Table.Th>{texts.at}</Table.Th>
            <Table.Th>{texts.drawnFrom}</Table.Th>
            <Table.Th aria-label={text.app.clear} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map(legend => (
            <Table.Tr key={seriesText(legend.name)} data-line={seriesText(legend.name)}>
              <Table.Th scope="row">
                <Swatch look={legend.look} />
                {legend.label}
              </Table.Th>
              <Values legend={legend} at={at} reach={reach} />
              <Table.Td className="cg-advice">{sourceOf(legend)}</Table.Td>
              <Table.Td>
                <ActionIcon size="sm" variant="subtle" color="gray" aria-label={texts.remove(legend.label)} onClick={() => onRemove(legend.name)}>
                  <Icon name="close" size={14} />
                </ActionIcon>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  )

  function sourceOf({ line, rows }: LegendLine): string {
    if (!line) return ''
    const source = line.everySeconds === undefined ? texts.stored(format.count(rows)) : texts.buckets(format.duration(line.everySeconds))
    return line.data.absurd > 0 ? `${source} · ${texts.absurd(format.count(line.data.absurd))}` : source
  }
}

function Values({ legend: { line, error }, at, reach }: { readonly legend: LegendLine; readonly at: number | undefined; readonly reach: number }) {
  const { text } = useLanguage()
  const texts = useHistoryTexts()
  const format = useFormat()
  if (!line || line.data.empty) {
    const why = line ? (line.data.single ? texts.single : texts.none) : error ? `${texts.failed}: ${problemText(error, text)}` : text.app.loading
    return (
      <Table.Td colSpan={3} className="cg-advice">
        {why}
      </Table.Td>
    )
  }
  const { data, unit, mode, everySeconds } = line
  const index = at === undefined ? data.times.length - 1 : nearestPoint(data, at / 1_000, Math.max(reach, everySeconds ?? 0))
  const time = index === undefined ? undefined : data.times[index]
  const value = index === undefined ? null : data.middle[index]
  const low = index === undefined ? null : data.low[index]
  const high = index === undefined ? null : data.high[index]
  return (
    <>
      <Table.Td className="cg-number">
        <strong>{valueText(value)}</strong>
        {unit !== '' && typeof value === 'number' && <span className="cg-unit">{unit}</span>}
      </Table.Td>
      <Table.Td className="cg-number">
        {typeof low === 'number' && typeof high === 'number' ? `${format.measured(low)} – ${format.measured(high)}` : text.app.none}
      </Table.Td>
      <Table.Td className="cg-readout-time">{time === undefined ? text.app.none : `${format.day(time * 1_000)} ${format.time(time * 1_000)}`}</Table.Td>
    </>
  )

  function valueText(shown: number | null | undefined): string {
    if (typeof shown !== 'number') return text.app.none
    if (mode === 'steps' && (shown === 0 || shown === 1)) return shown === 1 ? text.app.yes : text.app.no
    return format.measured(shown)
  }
}

/** A piece of the line as it is drawn. */
function Swatch({ look }: { readonly look: LineLook }) {
  const scheme = useComputedColorScheme('light')
  return (
    <svg width={28} height={10} aria-hidden="true" className="cg-swatch">
      <line x1={1} y1={5} x2={27} y2={5} stroke={strokeOf(look, scheme)} strokeWidth={2.2} strokeDasharray={look.dash.join(' ')} />
    </svg>
  )
}
