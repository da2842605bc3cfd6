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
  const next = new URLSearchParams(parameters)
  const put = (name: string, value: string | undefined) => (value === undefined ? next.delete(name) : next.set(name, value))
  put('org', view.org)
  put('kind', view.kind)
  put('by', view.by === 'org' ? 'org' : undefined)
  put('hours', view.hours === 48 ? '48' : undefined)
  return next
}

/** The address of the rejected frames of what the overview shows. */
export function rejectedAddress({ org, kind }: Pick<OverviewView, 'org' | 'kind'>): string {
  const text = new URLSearchParams({ ...(kind !== undefined && { kind }), ...(org !== undefined && { org }) }).toString()
  return text ? `/rejected?${text}` : '/rejected'
}

/** The address of the list of devices behind a number. */
export function listAddress(view: Pick<OverviewView, 'org' | 'kind'>, more: Readonly<Record<string, string>>): string {
  const parameters = new URLSearchParams({ ...(view.kind !== undefined && { kinds: view.kind }), ...(view.org !== undefined && { org: view.org }), ...more })
  const text = parameters.toString()
  return text ? `/devices?${text}` : '/devices'
}
