import 'uplot/dist/uPlot.min.css'
import { useElementSize, useMergedRef } from '@mantine/hooks'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import type { ChartData } from './chart-data.ts'
import { type PlotLook, plotOptions } from './plot-options.ts'

const HEIGHT = 170

/** A uPlot chart as wide as its place. Made anew when it looks different, only fed when its data changes. */
export function Plot({ data, look, label }: { readonly data: ChartData; readonly look: Omit<PlotLook, 'width' | 'height'>; readonly label: string }) {
  const { ref: measure, width } = useElementSize<HTMLDivElement>()
  const holder = useRef<HTMLDivElement>(null)
  const ref = useMergedRef(measure, holder)
  const plot = useRef<uPlot>(undefined)
  const columns = useRef<uPlot.AlignedData>([[], [], [], []])
  columns.current = [[...data.times], [...data.middle], [...data.high], [...data.low]]
  const { mode, field, colour, scheme, format, timeZone, range, onPoint } = look

  useEffect(() => {
    const element = holder.current
    if (!element || width === 0) return
    const made = new uPlot(plotOptions({ mode, field, colour, scheme, format, timeZone, range, onPoint, width, height: HEIGHT }), columns.current, element)
    plot.current = made
    return () => {
      plot.current = undefined
      made.destroy()
    }
  }, [width, mode, field, colour, scheme, format, timeZone, range, onPoint])

  useEffect(() => {
    // Naming the data here ties the effect to it; the columns were made from it just above.
    if (data) plot.current?.setData(columns.current)
  }, [data])

  return <div ref={ref} className="cg-plot" role="img" aria-label={label} style={{ height: HEIGHT }} />
}
