import type { LineStats, LineView } from '../model/line.ts'

/** What lines that devices share have done, added up, and how each is, for metrics. */
export function lineFigures(view: LineView): Readonly<Record<string, number | Readonly<Record<string, number>>>> {
  const lines = view.lines()
  const sum = (of: (line: LineStats) => number): number => lines.reduce((total, line) => total + of(line), 0)
  const each = (of: (line: LineStats) => number): Readonly<Record<string, number>> => Object.fromEntries(lines.map(line => [line.url, of(line)]))
  return {
    count: lines.length,
    connected: sum(line => Number(line.connected)),
    devices: sum(line => line.devices),
    silent: sum(line => line.silent),
    requests: sum(line => line.requests),
    answers: sum(line => line.answers),
    exceptions: sum(line => line.exceptions),
    timeouts: sum(line => line.timeouts),
    strays: sum(line => line.strays),
    disconnects: sum(line => line.disconnects),
    missed: sum(line => line.missed),
    notKept: sum(line => line.notKept),
    utilisation: each(line => line.utilisation),
    slipP99Ms: each(line => line.slipP99Ms),
    silentByLine: each(line => line.silent),
  }
}
