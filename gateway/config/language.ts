import type { Environment } from './from-environment.ts'

/** The language of the person at the terminal, as POSIX locale variables name it (Base Definitions, section 8.2: LC_ALL before LC_MESSAGES before LANG). */
export function terminalLanguage(env: Environment = process.env): 'zh' | 'en' {
  const locale = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find(name => name !== undefined && name !== '') ?? ''
  return /^zh/i.test(locale) ? 'zh' : 'en'
}
