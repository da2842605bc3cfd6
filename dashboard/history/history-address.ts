import { useMemo, useState } from 'react'
import { useSearchParams } from 'react-router'
import { type SeriesName, seriesFrom, seriesText } from './series-name.ts'
import { type Span, spanFrom, withSpan } from './span.ts'

/** Steps back that a double click knows. */
const MOST_BACK = 50
const SERIES = 'series'

/** The lines an address names; undefined where it names none, so that the page chooses. `series=` alone is an empty chart. */
export function namesFrom(parameters: URLSearchParams): readonly SeriesName[] | undefined {
  const text = parameters.get(SERIES)
  return text === null ? undefined : seriesFrom(text)
}

export function withNames(parameters: URLSearchParams, names: readonly SeriesName[]): URLSearchParams {
  const next = new URLSearchParams(parameters)
  next.set(SERIES, names.map(seriesText).join(','))
  return next
}

/** What the chart shows, as the address has it, and how it is changed. Each change is a step the browser's back button undoes. */
export function useHistoryAddress() {
  const [parameters, setParameters] = useSearchParams()
  const [behind, setBehind] = useState<readonly Span[]>([])
  // The same objects as long as the address is the same: what is drawn from them is not drawn anew.
  const span = useMemo(() => spanFrom(parameters), [parameters])
  const names = useMemo(() => namesFrom(parameters), [parameters])
  return {
    names,
    span,
    mayGoBack: behind.length > 0,
    setNames: (names: readonly SeriesName[]) => setParameters(before => withNames(before, names)),
    setSpan: (next: Span) => {
      setBehind(before => [...before.slice(-MOST_BACK + 1), span])
      setParameters(before => withSpan(before, next))
    },
    goBack: () => {
      const last = behind.at(-1)
      if (!last) return
      setBehind(before => before.slice(0, -1))
      setParameters(before => withSpan(before, last))
    },
  }
}
