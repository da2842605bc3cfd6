import type { Span } from '../../gateway/model/masked.ts'
import { protocols } from './index.ts'

/** Where passwords stand in bytes of any protocol: what a device sent to the wrong port is masked as well. */
export function secretsIn(bytes: Uint8Array): readonly Span[] {
  return protocols.flatMap(protocol => protocol.secrets?.(bytes) ?? [])
}
