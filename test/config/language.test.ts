import { expect, test } from 'vitest'
import { terminalLanguage } from '../../gateway/config/language.ts'

test.each([
  [{ LANG: 'zh_CN.UTF-8' }, 'zh'],
  [{ LANG: 'en_GB.UTF-8' }, 'en'],
  [{ LANG: 'zh_CN.UTF-8', LC_ALL: 'C' }, 'en'],
  [{ LANG: 'C', LC_MESSAGES: 'zh_TW' }, 'zh'],
  [{ LC_ALL: '', LANG: 'zh' }, 'zh'],
  [{}, 'en'],
] as const)('%j is read in %s', (env, language) => {
  expect(terminalLanguage(env)).toBe(language)
})
