import { Loader, SegmentedControl, Select, Title, useComputedColorScheme } from '@mantine/core'
import { useCallback, useMemo, useState } from 'react'
import { useReadings } from '../api/queries.ts'
import type { Field, Kind } from '../api/types.ts'
import { unitText } from '../devices/value-text.ts'
import { useFormat } from '../format/format-provider.tsx'
import type { Catalogue } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import type { Look } from '../map/looks.ts'
import { useServices } from '../services.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { type ChartData, type ChartMode, chartData, functionsOf, modeOf } from './chart-data.ts'
import { type PeriodName, periods } from './periods.ts'
import { Plot } from './plot.tsx'

interface HistoryChartProps {
  readonly device: string
  readonly kind: Kind
  readonly look: Look
  /** Fields the device has values of: the others would be empty charts. */
  readonly present: readonly string[]
}

/** The history of one field of a device over an hour, a day or a week. */
export function HistoryChart({ device, kind, look, present }: HistoryChartProps) {
  const { text, title } = useLanguage()
  const [chosen, setChosen] = useState<string>()
  const [period, setPeriod] = useState<PeriodName>('hour')
  const fields = Object.entries(kind.fields).filter(([, field]) => modeOf(field) !== undefined)
  const shown = fields.filter(([name]) => present.includes(name))
  const choices = shown.length > 0 ? shown : fields
  const [name, field] = choices.find(([known]) => known === chosen) ?? choices[0] ?? []
  const mode = field && modeOf(field)
  return (
    <section className="cg-section">
      <div className="cg-chart-head">
        <Title order={3} className="cg-section-title">
          {text.chart.title}
        </Title>
        <SegmentedControl<PeriodName>
          size="xs"
          aria-label={text.chart.period}
          value={period}
          onChange={setPeriod}
          data={[
            { value: 'hour', label: text.chart.hour },
            { value: 'day', label: text.chart.day },
            { value: 'week', label: text.chart.week },
          ]}
        />
      </div>
      {name === undefined || !field || !mode ? (
        <EmptyView title={text.chart.noField} />
      ) : (
        <>
          <Select
            size="xs"
            aria-label={text.chart.field}
            value={name}
            onChange={value => value && setChosen(value)}
            allowDeselect={false}
            data={choices.map(([id, definition]) => ({ value: id, label: fieldLabel(title(definition.title), definition, text) }))}
            comboboxProps={{ withinPortal: true }}
          />
          <FieldChart device={device} name={name} field={field} mode={mode} period={period} look={look} />
        </>
      )}
    </section>
  )
}

function fieldLabel(title: string, field: Field, text: Catalogue): string {
  return field.unit ? `${title} (${unitText(field.unit, text)})` : title
}

interface FieldChartProps {
  readonly device: string
  readonly name: string
  readonly field: Field
  readonly mode: ChartMode
  readonly period: PeriodName
  readonly look: Look
}

function FieldChart({ device, name, field, mode, period, look }: FieldChartProps) {
  const { text, title } = useLanguage()
  const format = useFormat()
  const { clock } = useServices()
  const scheme = useComputedColorScheme('light')
  const [point, setPoint] = useState<number>()
  const { from, every, seconds, everySeconds } = periods[period]
  const readings = useReadings({ device, field: name, from, every, functions: functionsOf(mode), seconds, counts: mode === 'increase' })
  const data = useMemo(() => chartData(readings.data?.rows ?? [], name, mode, { before: readings.data?.before }), [readings.data, name, mode])
  const range = useCallback((): readonly [number, number] => {
    const end = clock.now() / 1_000
    return [end - seconds, end]
  }, [clock, seconds])

  if (readings.isError && !readings.data) return <ProblemView error={readings.error} onRetry={() => void readings.refetch()} />
  if (!readings.data) {
    return (
      <div className="cg-plot-wait" role="status" aria-label={text.app.loading}>
        <Loader size="sm" />
      </div>
    )
  }
  if (data.empty) {
    return (
      <div className="cg-plot-wait">
        {data.single ? <EmptyView title={text.chart.single} /> : <EmptyView title={text.chart.empty} advice={text.chart.emptyAdvice} />}
      </div>
    )
  }
  const periodText = { hour: text.chart.hourLong, day: text.chart.dayLong, week: text.chart.weekLong }[period]
  return (
    <>
      <p className="cg-readout" aria-live="off">
        {readout(point)}
      </p>
      <Plot
        data={data}
        look={{ mode, field, colour: look.colour, scheme, format, timeZone: format.timeZone, range, onPoint: setPoint }}
        label={text.chart.describe(title(field.title), periodText)}
      />
      <p className="cg-chart-foot">
        {[drawn(), text.chart.zone(format.timeZone), readings.data.truncated ? text.chart.truncated : undefined].filter(Boolean).join(' · ')}
      </p>
    </>
  )

  function drawn(): string {
    const bucket = text.chart.per(format.duration(everySeconds))
    if (mode === 'increase') return `${text.chart.increase} ${bucket}`
    return mode === 'band' ? `${text.chart.mean}, ${text.chart.range} ${bucket}` : `${text.chart.mean} ${bucket}`
  }

  function readout(index: number | undefined): string {
    const at = index === undefined ? lastOf(data) : index
    const time = data.times[at]
    const value = data.middle[at]
    if (time === undefined || value === null || value === undefined) return text.app.none
    const unit = field.unit ? ` ${unitText(field.unit, text)}` : ''
    const low = data.low[at]
    const high = data.high[at]
    const spread = typeof low === 'number' && typeof high === 'number' ? ` (${format.measured(low)} – ${format.measured(high)})` : ''
    return `${format.day(time * 1_000)} ${format.hourMinute(time * 1_000)}  ${format.measured(value)}${unit}${spread}`
  }
}

function lastOf(data: ChartData): number {
  return data.times.length - 1
}
