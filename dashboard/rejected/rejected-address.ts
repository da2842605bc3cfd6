/** Which rejected frames are shown, as the address says it. Empty: all. */
export interface RejectedView {
  readonly reason: string
  readonly org: string
  readonly kind: string
}

export function rejectedFrom(parameters: URLSearchParams): RejectedView {
  const word = (name: string) => parameters.get(name) ?? ''
  return { reason: word('reason'), org: word('org'), kind: word('kind') }
}

/** The address for a view; what is not narrowed is left out. */
export function withRejected(view: RejectedView): URLSearchParams {
  return new URLSearchParams(Object.entries(view).filter(([, value]) => value !== ''))
}

/** The list of the devices these frames are of, those with the most first. */
export function rejectedDevices({ org, kind }: RejectedView): string {
  return `/devices?${new URLSearchParams({ ...(kind && { kinds: kind }), ...(org && { org }), with: 'rejected', sort: '-rejected' })}`
}
