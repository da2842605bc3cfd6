import { GatewayError } from '../model/errors.ts'

/** For a file that was to be written and could not be: EXPORT_FAILED. */
export function unwritable(file: string, cause: unknown): GatewayError {
  return new GatewayError('EXPORT_FAILED', `${file} can not be written: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
}
