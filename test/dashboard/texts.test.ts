import { glob, readFile } from 'node:fs/promises'
import { parse } from '@swc/core'
import { describe, expect, it } from 'vitest'
import { auditTexts } from '../../dashboard/audit/audit-texts.ts'
import { frameTexts } from '../../dashboard/frames/frame-texts.ts'
import { en } from '../../dashboard/i18n/en.ts'
import { initialLanguage, rememberLanguage } from '../../dashboard/i18n/language.ts'
import { zh } from '../../dashboard/i18n/zh.ts'
import { accountTexts } from '../../dashboard/people/account-texts.ts'
import { peopleTexts } from '../../dashboard/people/people-texts.ts'

const DASHBOARD = new URL('../../dashboard/', import.meta.url).pathname
/** Attributes whose value people read or hear. */
const SPOKEN = new Set(['title', 'label', 'placeholder', 'alt', 'aria-label', 'description', 'advice', 'error'])

describe('texts', () => {
  it('have the same keys in both languages, and no empty one', () => {
    const leaves = (value: object, path = ''): string[] =>
      Object.entries(value).flatMap(([key, entry]) =>
        typeof entry === 'object' && entry !== null ? leaves(entry, `${path}${key}.`) : [`${path}${key}:${typeof entry}`],
      )
    expect(leaves(zh).sort()).toEqual(leaves(en).sort())
    const strings = (value: object): unknown[] =>
      Object.values(value).flatMap(entry => (typeof entry === 'object' && entry !== null ? strings(entry) : [entry]))
    for (const text of [...strings(zh), ...strings(en)]) expect(text).not.toBe('')
  })

  it('are Chinese in the Chinese catalogue', () => {
    const own = (value: object): string[] =>
      Object.values(value).flatMap(entry => (typeof entry === 'string' ? [entry] : typeof entry === 'object' && entry !== null ? own(entry) : []))
    const exempt = new Set(['Citygate', '–', frameTexts.zh.placeholder, '、'])
    expect(
      [...own(zh), ...own(frameTexts.zh), ...own(auditTexts.zh), ...own(accountTexts.zh), ...own(peopleTexts.zh)].filter(
        text => !/[\u4e00-\u9fff]/.test(text) && !exempt.has(text),
      ),
    ).toEqual([])
  })

  it('stand in the catalogues, not in components', async () => {
    const found: string[] = []
    let files = 0
    for await (const file of glob('**/*.tsx', { cwd: DASHBOARD, exclude: ['dist'] })) {
      files += 1
      const syntax = await parse(await readFile(DASHBOARD + file, 'utf8'), { syntax: 'typescript', tsx: true, target: 'es2022' })
      for (const text of literals(syntax)) found.push(`${file}: ${text}`)
    }
    expect(files).toBeGreaterThan(15)
    expect(found).toEqual([])
  })

  it('the check itself finds a literal', async () => {
    const syntax = await parse('const a = <p title="hello">words<b aria-label={`x`} /></p>', { syntax: 'typescript', tsx: true })
    expect(literals(syntax)).toEqual(['title="hello"', 'words'])
  })
})

describe('the language', () => {
  it('is the one chosen before, else the browser’s, else English', () => {
    const chosen = (value: string | null) => ({ getItem: () => value })
    expect(initialLanguage(chosen('zh'), ['en-GB'])).toBe('zh')
    expect(initialLanguage(chosen(null), ['fr', 'zh-TW', 'en'])).toBe('zh')
    expect(initialLanguage(chosen('xx'), ['fr'])).toBe('en')
    expect(initialLanguage(undefined, [])).toBe('en')
  })

  it('is chosen even where nothing can be remembered', () => {
    const full = {
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError')
      },
    }
    expect(() => rememberLanguage(full, 'zh')).not.toThrow()
  })
})

/** Texts with letters that stand in JSX itself. */
function literals(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(literals)
  if (!isNode(node)) return []
  if (node.type === 'JSXText') return hasLetters(node.value) ? [String(node.value).trim()] : []
  if (node.type === 'JSXAttribute' && isNode(node.name) && isNode(node.value)) {
    const name = String(node.name.value)
    if (node.value.type === 'StringLiteral' && SPOKEN.has(name) && hasLetters(node.value.value)) return [`${name}="${String(node.value.value)}"`]
  }
  return Object.values(node).flatMap(literals)
}

function hasLetters(value: unknown): boolean {
  return typeof value === 'string' && /\p{L}/u.test(value)
}

function isNode(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
