import { pino } from 'pino'
import type { Log } from '../model/log.ts'

/** Settings of the log. */
export interface LoggerOptions {
  readonly level: string
  /** `json` for machines, `pretty` for people. */
  readonly format: 'json' | 'pretty'
}

/** Names under which a secret could stand in a log line: whatever is there is not printed. */
const SECRETS = ['secret', 'password', 'token', 'authorization', '*.secret', '*.password', '*.token', '*.authorization', '*.headers.authorization']

/** The log on standard error, so that standard output stays a command's own. */
export function createLogger(options: LoggerOptions): Log {
  const redact = { paths: SECRETS, censor: '(secret)' }
  if (options.format === 'json') return pino({ level: options.level, redact }, pino.destination(2))
  return pino({
    level: options.level,
    redact,
    transport: { target: 'pino-pretty', options: { destination: 2, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' } },
  })
}
