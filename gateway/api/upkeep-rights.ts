import type { ListReach } from '../model/enrolment.ts'
import type { OrgId } from '../model/ids.ts'
import { may, mayOverall } from '../model/rights.ts'
import type { Asker } from './access.ts'
import type { ApiSources } from './options.ts'
import { Problem } from './problem.ts'
import { Scope } from './scope.ts'

/**
 * Throws FORBIDDEN unless the asker may say this of a device of this organisation. A link makes the gateway itself call an address or share a line with others, so it takes the right over the whole
 * gateway; a concentrator must be one that the asker maintains, for it will speak for the device.
 */
export function checkSaid(asker: Asker, org: OrgId, said: { readonly link?: unknown; readonly behind?: string | null | undefined }, sources: ApiSources): void {
  if (asker.type === 'nobody' || !may(asker, 'maintain', org)) throw new Problem(403, 'FORBIDDEN', `You may not maintain devices of “${org}”.`)
  if (said.link !== undefined && said.link !== null && !mayOverall(asker, 'maintain')) {
    throw new Problem(
      403,
      'FORBIDDEN',
      'A link takes the right to maintain over every organisation: lines are shared, and the gateway itself calls the address.',
    )
  }
  if (typeof said.behind === 'string') new Scope(asker, sources, 'maintain').device(said.behind)
}

/** Which devices of a list the asker may register and change. */
export function reachOf(asker: Asker): ListReach {
  if (asker.type === 'nobody') return { maintains: () => false, overall: false }
  return { maintains: org => may(asker, 'maintain', org), overall: mayOverall(asker, 'maintain') }
}
