import { GatewayError } from '../../model/errors.ts'

/** A row of a table that somebody brings. */
export interface TableRow {
  /** As an editor or a spreadsheet counts: the first is 1. */
  readonly line: number
  readonly cells: readonly string[]
}

/** More rows than any city has devices are no list of devices. */
export const mostRows = 1_000_000
/** More columns than this are not read. */
export const mostColumns = 100

/** A table that can not be read as one. The line is where the trouble begins. */
export function tableInvalid(line: number | undefined, problem: string): GatewayError {
  return new GatewayError('IMPORT_INVALID', line === undefined ? problem : `line ${line}: ${problem}`)
}
