import type { Log } from '../model/log.ts'

/** What a room has to say while a command uses it: warnings and errors, on standard error, so that standard output stays the command's own. */
export const commandLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (fields, message) => console.error(line('warning', fields, message)),
  error: (fields, message) => console.error(line('error', fields, message)),
}

function line(level: string, fields: object, message: string): string {
  return `${level}: ${message}${Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : ''}`
}
