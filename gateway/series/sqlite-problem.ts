import { GatewayError } from '../model/errors.ts'

/** Primary result codes, the low byte of an extended one. Source: SQLite, "Result and Error Codes". */
const BUSY = 5
const LOCKED = 6
const READONLY = 8
const IOERR = 10
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const NOTADB = 26

/** An error of SQLite while starting: what is wrong with the file and what to do. Only a lock or a full disk is worth waiting for. */
export function openingProblem(error: unknown, file: string): GatewayError {
  if (error instanceof GatewayError) return error
  switch (resultCode(error)) {
    case CORRUPT:
    case NOTADB:
      return new GatewayError('DATA_FOLDER_UNUSABLE', `${file} is damaged or no SQLite file; move it away or restore a copy, then start again`, {
        cause: error,
      })
    case FULL:
    case BUSY:
    case LOCKED:
      return writeProblem(error, file)
    default:
      return new GatewayError(
        'DATA_FOLDER_UNUSABLE',
        `${file} cannot be opened for writing (${words(error)}); check that its folder exists and belongs to this user`,
        { cause: error },
      )
  }
}

/** An error of SQLite while writing. Always retryable: the readings wait in the journal until somebody has repaired the disk or the file. */
export function writeProblem(error: unknown, file: string): GatewayError {
  if (error instanceof GatewayError) return error
  return new GatewayError('SERIES_WRITE_FAILED', `${file}: ${writeAdvice(error)}; readings wait in the journal`, { retryable: true, cause: error })
}

/** An error of SQLite while reading. */
export function readProblem(error: unknown, file: string): GatewayError {
  if (error instanceof GatewayError) return error
  return new GatewayError('SERIES_UNREACHABLE', `${file} could not be read (${words(error)})`, { retryable: true, cause: error })
}

function writeAdvice(error: unknown): string {
  switch (resultCode(error)) {
    case FULL:
      return 'the disk is full; free some space or shorten the retention'
    case READONLY:
    case CANTOPEN:
      return 'it can no longer be written; check that its disk is mounted for writing and that the file belongs to this user'
    case IOERR:
      return 'the disk answered with an error; check it (dmesg) and the space on it'
    case CORRUPT:
    case NOTADB:
      return 'it is damaged; stop the gateway, move it away or restore a copy, and start again'
    case BUSY:
    case LOCKED:
      return 'another program holds it locked; close that program'
    default:
      return `the batch was not written (${words(error)})`
  }
}

function resultCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
