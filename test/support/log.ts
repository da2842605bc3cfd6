import type { Log } from '../../gateway/model/log.ts'

/** Keeps what was logged, so that tests can ask for it. */
export class MemoryLog implements Log {
  readonly lines: { readonly level: string; readonly fields: object; readonly message: string }[] = []

  debug(fields: object, message: string): void {
    this.lines.push({ level: 'debug', fields, message })
  }

  info(fields: object, message: string): void {
    this.lines.push({ level: 'info', fields, message })
  }

  warn(fields: object, message: string): void {
    this.lines.push({ level: 'warn', fields, message })
  }

  error(fields: object, message: string): void {
    this.lines.push({ level: 'error', fields, message })
  }

  /** Whether a message with this text was logged at warn or error. */
  complained(text: string): boolean {
    return this.lines.some(line => (line.level === 'warn' || line.level === 'error') && line.message.includes(text))
  }
}
