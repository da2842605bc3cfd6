import './history.css'
import { ActionIcon, Loader, Title } from '@mantine/core'
import { useCallbackRef, useElementSize } from '@mantine/hooks'
import { type ReactNode, useId, useMemo, useRef, useState } from 'react'
import type { Device, Kind } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { useServices } from '../services.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { Icon, type IconName } from '../theme/icon.tsx'
import { ComparePlot } from './compare-plot.tsx'
import { ExportMenu } from './export-menu.tsx'
import { type HistoryLine, sameLine } from './history-line.ts'
import { knownSeries, useDevices, useHistory } from './history-queries.ts'
import { useHistoryTexts } from './history-texts.ts'
import { ReadoutTable } from './readout-table.tsx'
import { SeriesAdder } from './series-adder.tsx'
import { type SeriesName, sameSeries, seriesText, toggledSeries } from './series-name.ts'
import { panned, type Span, type Stretch, sane, stretchOf, zoomed } from './span.ts'
import { SpanPicker } from './span-picker.tsx'
import { useChartPicture } from './use-chart-picture.ts'
import { useLegendLines } from './use-legend-lines.ts'

interface HistorySectionProps {
  readonly device: Device
  readonly kinds: readonly Kind[]
  readonly names: readonly SeriesName[]
  readonly span: Span
  readonly mayGoBack: boolean
  readonly onNames: (names: readonly SeriesName[]) => void
  readonly onSpan: (span: Span) => void
  readonly onBack: () => void
}

/** The width the store is asked for moves in steps: a window that is drawn a little wider asks for nothing new. */
const WIDTH_STEP = 100

/** The history of up to eight fields of one or several devices on one time axis. */
export function HistorySection({ device, kinds, names, span, mayGoBack, onNames, onSpan, onBack }: HistorySectionProps) {
  const texts = useHistoryTexts()
  const format = useFormat()
  const { clock } = useServices()
  const { ref, width } = useElementSize<HTMLDivElement>()
  const [at, setAt] = useState<number>()
  const picture = useRef<HTMLCanvasElement>(undefined)
  const keys = useId()
  const others = useDevices([...new Set(names.map(name => name.device))].filter(id => id !== device.id))
  const devices = useMemo(() => [device, ...others.found], [device, others.found])
  const { known, unknown } = knownSeries(names, devices, kinds)
  const missing = [...unknown, ...names.filter(name => others.failed && !devices.some(({ id }) => id === name.device))]
  const history = useHistory(known, span, Math.ceil(width / WIDTH_STEP) * WIDTH_STEP)
  const lines = useLegendLines(device, known, names, history)
  const newest = history.answers.find(answer => answer !== undefined)?.stretch
  const stretch = newest ?? stretchOf(span, clock.now())
  const drawn = lines.flatMap(({ line }) => (line && !line.data.empty ? [line] : []))
  const shown = useShown(drawn, history.pending, lines.length)
  const paint = useChartPicture(device, shown, stretch)
  const add = useCallbackRef((name: SeriesName) => onNames(toggledSeries(names, name)))
  const period = useCallbackRef(onSpan)
  const choose = (next: Stretch) => onSpan(sane(next, clock.now()))
  const middle = (stretch.from + stretch.to) / 2
  const failed = history.errors.find(error => error !== null)

  return (
    <section className="cg-card cg-history" aria-label={texts.title}>
      <div className="cg-history-head">
        <Title order={2}>{texts.title}</Title>
        <SpanPicker span={span} onSpan={period} />
        <div className="cg-history-tools">
          <Tool icon="chevronLeft" label={texts.earlier} onClick={() => choose(panned(stretch, -0.5))} />
          <Tool icon="chevronRight" label={texts.later} onClick={() => choose(panned(stretch, 0.5))} />
          <Tool icon="plus" label={texts.nearer} onClick={() => choose(zoomed(stretch, 2, middle))} />
          <Tool icon="minus" label={texts.further} onClick={() => choose(zoomed(stretch, 0.5, middle))} />
          <Tool icon="back" label={texts.back} disabled={!mayGoBack} onClick={onBack} />
        </div>
        <ExportMenu devices={devices} stretch={stretch} picture={picture} onPicture={paint} />
      </div>
      <SeriesAdder names={names} devices={devices} onAdd={add} />
      <div ref={ref} className="cg-history-plot" data-pending={history.pending}>
        {shown.length > 0 ? (
          <ComparePlot
            lines={shown}
            stretch={stretch}
            label={texts.chartOf(shown.map(({ label }) => label).join(', '), format.dateTime(stretch.from), format.dateTime(stretch.to))}
            describedBy={keys}
            at={at}
            onCursor={setAt}
            onStretch={choose}
            onBack={onBack}
            picture={picture}
          />
        ) : (
          <Instead>{instead()}</Instead>
        )}
      </div>
      {missing.map(name => (
        <p key={seriesText(name)} className="cg-advice">
          {texts.unknownLine(seriesText(name))}
        </p>
      ))}
      {lines.length > 0 && <ReadoutTable lines={lines} stretch={stretch} at={at} onRemove={name => onNames(names.filter(other => !sameSeries(other, name)))} />}
      <p className="cg-chart-foot">
        {texts.zone(format.timeZone)} · {texts.outside}
      </p>
      <p id={keys} className="cg-chart-foot cg-history-keys">
        {texts.keys}
      </p>
    </section>
  )

  function instead(): ReactNode {
    if (names.length === 0) return <EmptyView title={texts.noLine} advice={texts.noLineAdvice} />
    if (failed) return <ProblemView error={failed} onRetry={history.retry} />
    if (history.pending || width === 0) return <Waiting />
    if (known.length === 0) return null
    return lines.some(({ line }) => line?.data.single) ? <EmptyView title={texts.single} /> : <EmptyView title={texts.empty} advice={texts.emptyAdvice} />
  }
}

/** While a new stretch is read, what was read before stays: the chart moves first and sharpens then. */
function useShown(drawn: readonly HistoryLine[], pending: boolean, wanted: number): readonly HistoryLine[] {
  const [kept, setKept] = useState<readonly HistoryLine[]>([])
  const stays = wanted > 0 && pending && drawn.length < kept.length
  const next = stays ? kept : drawn
  const same = next.length === kept.length && next.every((line, place) => sameLine(line, kept[place]))
  if (!same) setKept(next)
  return same ? kept : next
}

function Tool({
  icon,
  label,
  disabled = false,
  onClick,
}: {
  readonly icon: IconName
  readonly label: string
  readonly disabled?: boolean
  readonly onClick: () => void
}) {
  return (
    <ActionIcon variant="default" size={26} aria-label={label} title={label} disabled={disabled} onClick={onClick}>
      <Icon name={icon} size={15} />
    </ActionIcon>
  )
}

function Instead({ children }: { readonly children: ReactNode }) {
  return <div className="cg-history-instead">{children}</div>
}

function Waiting() {
  const { text } = useLanguage()
  return (
    <div role="status" aria-label={text.app.loading}>
      <Loader size="sm" />
    </div>
  )
}
