import { filterFrom } from '../map/url-state.ts'
import { linkTo, withWords } from '../shell/address.ts'

/** Which devices the list shows and in which order, as its address says it. Empty: no matter. `kinds`, `states` and `q` are the map's own, so that one leads to the other. */
export interface ListView {
  readonly kind: string
  readonly state: string
  readonly org: string
  readonly model: string
  readonly life: string
  readonly with: string
  readonly bbox: string
  readonly text: string
  readonly sort: string
}

export const conditions = ['ok', 'stale', 'silent'] as const
export const lifeCycles = ['planned', 'enrolled', 'active', 'silent', 'retired'] as const
export const troubles = ['flagged', 'outOfRange', 'rejected', 'clock'] as const

/** The map's states as the list knows them. */
const OF_MARKS: Readonly<Record<string, { readonly state?: string; readonly with?: string }>> = {
  fresh: { state: 'ok' },
  stale: { state: 'stale' },
  offline: { state: 'stale' },
  flagged: { with: 'flagged' },
}

export function listFrom(parameters: URLSearchParams): ListView {
  const { kinds, states, text } = filterFrom(parameters)
  const ofMarks = states.length === 1 ? OF_MARKS[states[0] ?? ''] : undefined
  const one = (name: string, known: readonly string[]) => {
    const value = parameters.get(name) ?? ''
    return known.includes(value) ? value : ''
  }
  return {
    kind: kinds.length === 1 ? (kinds[0] ?? '') : '',
    state: one('state', conditions) || (ofMarks?.state ?? ''),
    org: parameters.get('org') ?? '',
    model: parameters.get('model') ?? '',
    life: one('life', lifeCycles),
    with: one('with', troubles) || (ofMarks?.with ?? ''),
    bbox: bboxFrom(parameters),
    text,
    sort: /^-?\w{1,20}$/.exec(parameters.get('sort') ?? '')?.[0] ?? 'id',
  }
}

/** A part of the map as an address names it: west, south, east, north. Empty where it is none. */
export function bboxFrom(parameters: URLSearchParams): string {
  const text = parameters.get('bbox') ?? ''
  return /^(-?\d{1,3}(\.\d{1,15})?,){3}-?\d{1,3}(\.\d{1,15})?$/.test(text) ? text : ''
}

/** The address with this view in it. */
export function withList(parameters: URLSearchParams, view: ListView): URLSearchParams {
  return withWords(parameters, {
    kinds: view.kind,
    state: view.state,
    org: view.org,
    model: view.model,
    life: view.life,
    with: view.with,
    bbox: view.bbox,
    sort: view.sort === 'id' ? '' : view.sort,
    // The map's states are said by the list's own from here on.
    states: '',
  })
}

/** The query of the API. */
export function listQuery(view: ListView): Readonly<Record<string, string | undefined>> {
  const some = (value: string) => value || undefined
  return {
    kind: some(view.kind),
    state: some(view.state),
    org: some(view.org),
    model: some(view.model),
    lifeCycle: some(view.life),
    with: some(view.with),
    bbox: some(view.bbox),
    q: some(view.text),
    sort: view.sort,
  }
}

/** Where the map shows what the list does, as far as the map can: by kind, state, organisation and text. */
export function mapAddress(view: ListView): string {
  const states = view.with === 'flagged' ? 'flagged' : view.state === 'ok' ? 'fresh' : view.state === 'stale' || view.life === 'silent' ? 'stale,offline' : ''
  return linkTo('/', { kinds: view.kind, states, org: view.org, q: view.text })
}
