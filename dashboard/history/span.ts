/** Periods that end now, in seconds. */
export const presets = { '1h': 3_600, '6h': 21_600, '24h': 86_400, '7d': 604_800, '30d': 2_592_000, '365d': 31_536_000 } as const

export type Preset = keyof typeof presets
export const presetNames: readonly Preset[] = ['1h', '6h', '24h', '7d', '30d', '365d']

/** From one moment to before another, milliseconds since 1970. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** What a chart looks at: a period that moves on with the clock, or a stretch that stands still. */
export type Span = { readonly preset: Preset } | Stretch

export const usualSpan: Span = { preset: '24h' }

/** Nobody looks nearer than at five seconds, nor back further than ten years. */
const SHORTEST_MS = 5_000
const LONGEST_MS = 3_653 * 86_400_000

export function isPreset(span: Span): span is { readonly preset: Preset } {
  return 'preset' in span
}

export function stretchOf(span: Span, now: number): Stretch {
  return isPreset(span) ? { from: now - presets[span.preset] * 1_000, to: now } : span
}

/** Reads `period=24h`, or `from=` and `to=` as RFC 3339. What cannot be read is the usual span. */
export function spanFrom(parameters: URLSearchParams): Span {
  const from = Date.parse(parameters.get('from') ?? '')
  const to = Date.parse(parameters.get('to') ?? '')
  if (to - from >= SHORTEST_MS && to - from <= LONGEST_MS) return { from, to }
  const preset = presetNames.find(name => name === parameters.get('period'))
  return preset ? { preset } : usualSpan
}

export function withSpan(parameters: URLSearchParams, span: Span): URLSearchParams {
  const next = new URLSearchParams(parameters)
  for (const name of ['period', 'from', 'to']) next.delete(name)
  if (isPreset(span)) next.set('period', span.preset)
  else {
    next.set('from', timeText(span.from))
    next.set('to', timeText(span.to))
  }
  return next
}

/** The same as an operator may ask for it: in order, neither too short nor too long, and not beyond now. */
export function sane({ from, to }: Stretch, now: number): Stretch {
  const length = Math.min(Math.max(Math.round(to - from), SHORTEST_MS), LONGEST_MS)
  const end = Math.min(Math.round((from + to) / 2 + length / 2), Math.max(now, SHORTEST_MS))
  return { from: end - length, to: end }
}

/** Nearer by a factor above one, further by one below; what lies at `around` stays where it is. */
export function zoomed({ from, to }: Stretch, factor: number, around: number): Stretch {
  return { from: around - (around - from) / factor, to: around + (to - around) / factor }
}

/** Moved by a share of its own length; later is positive. */
export function panned({ from, to }: Stretch, share: number): Stretch {
  const by = (to - from) * share
  return { from: from + by, to: to + by }
}

/** Milliseconds are told only where there are some. */
function timeText(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}
