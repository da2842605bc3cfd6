import { z } from 'zod'
import type { KindId, OrgId } from '../model/ids.ts'
import { idParameter } from './parameters.ts'
import type { KnownDevice, Scope } from './scope.ts'

/** Query parameters that narrow figures to a part of the devices; {@link partOf} reads them. */
export const narrowing = z.object({
  kind: idParameter('Only devices of this kind.').optional(),
  org: z.string().max(64, 'is longer than 64').optional().meta({ description: 'Only this organisation’s.' }),
})

interface Narrowing {
  readonly kind?: KindId | undefined
  readonly org?: OrgId | undefined
}

/** Whether anything is left out. */
export function isNarrow({ kind, org }: Narrowing): boolean {
  return kind !== undefined || org !== undefined
}

/** Which devices are in the part that is asked for. One whose kind is not known here is of no kind. Throws `QUERY_INVALID` for a kind that does not exist. */
export function partOf(scope: Scope, { kind: wanted, org }: Narrowing): (known: KnownDevice) => boolean {
  if (wanted !== undefined) scope.checkKinds([wanted], 'kind')
  return ({ device, kind }) => (wanted === undefined || kind?.id === wanted) && (org === undefined || device.org === org)
}
