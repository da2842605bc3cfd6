import type { RejectReason } from '../../../gateway/model/decoded.ts'

/** Says inside this protocol that a payload cannot be read; `decode` turns it into its answer and lets it no further. */
export class PayloadError extends Error {
  readonly reason: RejectReason

  constructor(reason: RejectReason, detail: string) {
    super(detail)
    this.reason = reason
  }
}

/** The `Long` of the package `long`, which protobufjs uses for 64-bit integers. */
export function isLong(value: unknown): value is { toNumber(): number } {
  return typeof value === 'object' && value !== null && 'toNumber' in value && typeof value.toNumber === 'function'
}
