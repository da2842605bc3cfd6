import { type Scheme, tokens } from '../theme/tokens.ts'
import { type LineLook, strokeOf } from './line-looks.ts'

/** What stands around the chart in its picture. */
export interface PictureTexts {
  readonly title: string
  /** From when to when. */
  readonly period: string
  /** Time zone and how it was drawn. */
  readonly foot: string
  readonly lines: readonly { readonly label: string; readonly look: LineLook }[]
}

const FONT = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
const MARGIN = 16
const ROW = 20

/** The chart as a picture that can stand alone: with title, period, legend and time zone, in the colours of the page. */
export async function chartPicture(chart: HTMLCanvasElement, texts: PictureTexts, scheme: Scheme): Promise<Blob> {
  const ratio = window.devicePixelRatio
  const width = chart.width / ratio
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')
  if (!context) throw new Error('the browser gives no canvas')
  context.font = `12px ${FONT}`
  const rows = legendRows(context, texts, width)
  const top = MARGIN + 46 + rows * ROW
  canvas.width = Math.round((width + 2 * MARGIN) * ratio)
  canvas.height = Math.round((top + chart.height / ratio + 34) * ratio)
  context.scale(ratio, ratio)
  const colours = tokens.picture[scheme]
  context.fillStyle = colours.surface
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.textBaseline = 'top'
  context.fillStyle = colours.text
  context.font = `600 16px ${FONT}`
  context.fillText(texts.title, MARGIN, MARGIN, width)
  context.font = `12px ${FONT}`
  context.fillStyle = tokens.plot[scheme].text
  context.fillText(texts.period, MARGIN, MARGIN + 24, width)
  drawLegend(context, texts, scheme, width)
  context.drawImage(chart, MARGIN, top, width, chart.height / ratio)
  context.setLineDash([])
  context.fillStyle = tokens.plot[scheme].text
  context.font = `11px ${FONT}`
  context.fillText(texts.foot, MARGIN, top + chart.height / ratio + 10, width)
  const blob = await new Promise<Blob | null>(done => canvas.toBlob(done, 'image/png'))
  if (!blob) throw new Error('the browser made no picture')
  return blob
}

function legendRows(context: CanvasRenderingContext2D, texts: PictureTexts, width: number): number {
  return 1 + (places(context, texts, width).at(-1)?.row ?? 0)
}

/** Where each line of the legend stands: in rows, as many beside each other as fit. */
function places(context: CanvasRenderingContext2D, { lines }: PictureTexts, width: number) {
  let left = 0
  let row = 0
  return lines.map(line => {
    const needed = 34 + context.measureText(line.label).width + 18
    if (left > 0 && left + needed > width) {
      left = 0
      row += 1
    }
    const place = { line, left, row }
    left += needed
    return place
  })
}

function drawLegend(context: CanvasRenderingContext2D, texts: PictureTexts, scheme: Scheme, width: number): void {
  for (const { line, left, row } of places(context, texts, width)) {
    const y = MARGIN + 46 + row * ROW
    context.strokeStyle = strokeOf(line.look, scheme)
    context.lineWidth = 2
    context.setLineDash([...line.look.dash])
    context.beginPath()
    context.moveTo(MARGIN + left, y + 7)
    context.lineTo(MARGIN + left + 26, y + 7)
    context.stroke()
    context.fillStyle = tokens.picture[scheme].text
    context.fillText(line.label, MARGIN + left + 34, y)
  }
}
