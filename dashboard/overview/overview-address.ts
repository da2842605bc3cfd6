import { linkTo, withWords } from '../shell/address.ts'

/** What the overview shows, as its address says it. */
export interface OverviewView {
  readonly org: string | undefined
  readonly kind: string | undefined
  readonly by: 'kind' | 'org'
  readonly hours: 24 | 48
}

export function overviewFrom(parameters: URLSearchParams): OverviewView {
  return {
    org: parameters.get('org') || undefined,
    kind: parameters.get('kind') || undefined,
    by: parameters.get('by') === 'org' ? 'org' : 'kind',
    hours: parameters.get('hours') === '48' ? 48 : 24,
  }
}

/** The address with another view; what is usual is left out. */
export function withOverview(parameters: URLSearchParams, view: OverviewView): URLSearchParams {
  return withWords(parameters, { org: view.org, kind: view.kind, by: view.by === 'org' ? 'org' : '', hours: view.hours === 48 ? '48' : '' })
}

/** The address of the rejected frames of what the overview shows. */
export function rejectedAddress({ org, kind }: Pick<OverviewView, 'org' | 'kind'>): string {
  return linkTo('/rejected', { kind, org })
}

/** The address of the list of devices behind a number. */
export function listAddress(view: Pick<OverviewView, 'org' | 'kind'>, more: Readonly<Record<string, string>>): string {
  return linkTo('/devices', { kinds: view.kind, org: view.org, ...more })
}
