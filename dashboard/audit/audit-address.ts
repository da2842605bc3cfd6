import { dayAfter, startOfDay } from '../format/wall-clock.ts'
import { withWords } from '../shell/address.ts'

/** What the page looks for, as its address says it. Empty: no matter what. */
export interface AuditSearch {
  readonly who: string
  readonly what: string
  readonly which: string
  readonly org: string
  readonly text: string
  /** Days in the city's time zone, `YYYY-MM-DD`; both are among them. */
  readonly from: string
  readonly to: string
}

const NAMES = ['who', 'what', 'which', 'org', 'text', 'from', 'to'] as const

export const noSearch: AuditSearch = { who: '', what: '', which: '', org: '', text: '', from: '', to: '' }

export function searchFrom(parameters: URLSearchParams): AuditSearch {
  const day = (name: string) => (/^\d{4}-\d{2}-\d{2}$/.exec(parameters.get(name) ?? '') ?? [''])[0]
  const word = (name: string) => parameters.get(name) ?? ''
  return { who: word('who'), what: word('what'), which: word('which'), org: word('org'), text: word('text'), from: day('from'), to: day('to') }
}

/** The address for a search. What else is in it stays, but for an opened entry: it may not be among those found. */
export function withSearch(parameters: URLSearchParams, search: AuditSearch): URLSearchParams {
  return withWords(parameters, { entry: '', ...Object.fromEntries(NAMES.map(name => [name, search[name].trim()])) })
}

/** The query of the API for a search. */
export function apiQuery(search: AuditSearch, timeZone: string): Readonly<Record<string, string | undefined>> {
  const some = (text: string) => text || undefined
  return {
    actor: some(search.who),
    action: some(search.what),
    subject: some(search.which),
    org: some(search.org),
    text: some(search.text),
    since: search.from === '' ? undefined : startOfDay(search.from, timeZone),
    until: search.to === '' ? undefined : startOfDay(dayAfter(search.to), timeZone),
  }
}

/** Where all that fits is had as a table, the newest as many as one answer holds. */
export function exportAddress(search: AuditSearch, timeZone: string): string {
  const parameters = new URLSearchParams({ format: 'csv' })
  for (const [name, value] of Object.entries(apiQuery(search, timeZone))) if (value !== undefined) parameters.set(name, value)
  return `/api/v1/audit?${parameters.toString()}`
}
