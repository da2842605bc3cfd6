import { bboxFrom } from '../devices/list-address.ts'
import { dayAfter, dayOf, daysBefore, startOfDay } from '../format/wall-clock.ts'
import { linkTo, withWords } from '../shell/address.ts'

/** What a table over time shows, as its address says it. Empty: no matter, or the usual. */
export interface TableView {
  readonly kind: string
  readonly field: string
  readonly org: string
  readonly district: string
  readonly bbox: string
  readonly text: string
  readonly every: 'hour' | 'day' | 'month'
  /** Days back, the one that runs included; where no days are named. */
  readonly days: number
  /** Days of the city, `YYYY-MM-DD`; both are among them. */
  readonly from: string
  readonly to: string
  /** A limit of one's own for the field. */
  readonly limit: string
  /** Of vehicles. */
  readonly state: '' | 'inService' | 'late' | 'silent'
  readonly route: string
  readonly sort: string
}

const STATES = ['inService', 'late', 'silent'] as const

/** Presets of the period. */
export const dayChoices = [1, 7, 31, 92] as const

export function tableFrom(parameters: URLSearchParams, usualSort: string): TableView {
  const word = (name: string) => parameters.get(name) ?? ''
  const day = (name: string) => /^\d{4}-\d{2}-\d{2}$/.exec(word(name))?.[0] ?? ''
  const days = Number(word('days'))
  const every = word('every')
  const isWhole = day('from') !== '' && day('to') !== ''
  return {
    // As the map and the list name it.
    kind: /^[^,]+$/.exec(word('kinds'))?.[0] ?? '',
    field: word('field'),
    org: word('org'),
    district: word('district'),
    bbox: bboxFrom(parameters),
    text: word('q'),
    every: every === 'hour' || every === 'month' ? every : 'day',
    days: Number.isInteger(days) && days >= 1 && days <= 740 ? days : 7,
    from: isWhole ? day('from') : '',
    to: isWhole ? day('to') : '',
    limit: /^-?\d{1,9}(\.\d{1,6})?$/.exec(word('limit'))?.[0] ?? '',
    state: STATES.find(state => state === word('state')) ?? '',
    route: word('route'),
    sort: /^-?\w{1,20}$/.exec(word('sort'))?.[0] ?? usualSort,
  }
}

/** The address for a view; what is usual is left out. */
export function withTable(parameters: URLSearchParams, view: TableView, usualSort: string): URLSearchParams {
  return withWords(parameters, {
    kinds: view.kind,
    field: view.field,
    org: view.org,
    district: view.district,
    bbox: view.bbox,
    every: view.every === 'day' ? '' : view.every,
    days: view.days === 7 || view.from !== '' ? '' : String(view.days),
    from: view.from,
    to: view.to,
    limit: view.limit,
    state: view.state,
    route: view.route,
    sort: view.sort === usualSort ? '' : view.sort,
  })
}

/** The period of a view as the API takes it: whole days of the city, up to now. */
export function periodQuery(
  view: Pick<TableView, 'days' | 'from' | 'to'>,
  now: number,
  timeZone: string,
): { readonly from: string | undefined; readonly to: string | undefined } {
  const today = dayOf(now, timeZone)
  const first = view.from || daysBefore(today, view.days - 1)
  return { from: startOfDay(first, timeZone), to: view.to === '' || view.to >= today ? 'now' : startOfDay(dayAfter(view.to), timeZone) }
}

/** Where the map shows these devices, as far as it can. */
export function tableMapAddress(view: Pick<TableView, 'kind' | 'org' | 'district' | 'route' | 'text'>): string {
  const { kind, org, district, route, text } = view
  return linkTo('/', { kinds: kind, org, district: district === 'none' ? '' : district, route, q: text })
}
