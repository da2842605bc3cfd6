import { linkTo } from '../shell/address.ts'

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

/** The list of the devices these frames are of, those with the most first. */
export function rejectedDevices({ org, kind }: RejectedView): string {
  return linkTo('/devices', { kinds: kind, org, with: 'rejected', sort: '-rejected' })
}
