import { ApiProblem } from '../api/api-problem.ts'
import type { Stretch } from './span.ts'

/** More would not fit into a page's memory, nor into a spreadsheet. */
export const MOST_ROWS = 1_000_000
/** How often one page is asked again where the gateway says that it has too much to do. */
const MOST_TRIES = 5
const USUAL_WAIT_SECONDS = 2

export interface CsvSource {
  /** A page of the readings, by its path, and the path of the next. */
  readonly page: (path: string, signal: AbortSignal) => Promise<{ readonly text: string; readonly next: string | undefined }>
  readonly wait: (seconds: number, signal: AbortSignal) => Promise<void>
}

/** How far an export is: rows so far, and the share of the period they cover. */
export interface CsvProgress {
  readonly rows: number
  readonly share: number
}

/** What was read. `cut`: the period holds more than the file may. */
export interface CsvFile {
  readonly parts: readonly string[]
  readonly rows: number
  readonly cut: boolean
}

/** Reads all readings of a device in a stretch of time, page by page, as one CSV file with one header line. */
export async function readCsv(
  device: string,
  stretch: Stretch,
  source: CsvSource,
  signal: AbortSignal,
  onProgress: (progress: CsvProgress) => void,
  most: number = MOST_ROWS,
): Promise<CsvFile> {
  const query = new URLSearchParams({ from: new Date(stretch.from).toISOString(), to: new Date(stretch.to).toISOString(), format: 'csv' })
  const parts: string[] = []
  let rows = 0
  let path: string | undefined = `/devices/${encodeURIComponent(device)}/readings?${query.toString()}`
  while (path !== undefined) {
    if (rows >= most) return { parts, rows, cut: true }
    const page = await patiently(path, source, signal)
    const headerEnd = page.text.indexOf('\r\n') + 2
    rows += linesIn(page.text) - 1
    parts.push(parts.length === 0 ? page.text : page.text.slice(headerEnd))
    path = page.next
    onProgress({ rows, share: path === undefined ? 1 : shareAt(path, stretch) })
  }
  return { parts, rows, cut: false }
}

async function patiently(path: string, source: CsvSource, signal: AbortSignal): ReturnType<CsvSource['page']> {
  for (let tries = 1; ; tries++) {
    try {
      return await source.page(path, signal)
    } catch (error) {
      const later = error instanceof ApiProblem && (error.status === 429 || error.status === 503) && tries < MOST_TRIES
      if (!later) throw error
      await source.wait(error.retryAfterSeconds ?? USUAL_WAIT_SECONDS, signal)
    }
  }
}

/** A line break within a quoted text counts too: such rows are rare, and the number is for people. */
function linesIn(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\r\n'); at !== -1; at = text.indexOf('\r\n', at + 2)) lines++
  return lines
}

/** The next page begins where this one ended. */
function shareAt(path: string, { from, to }: Stretch): number {
  const next = Date.parse(new URLSearchParams(path.slice(path.indexOf('?') + 1)).get('from') ?? '')
  return Number.isNaN(next) ? 0 : Math.min(Math.max((next - from) / (to - from), 0), 1)
}
