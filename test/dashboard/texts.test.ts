import { glob, readFile } from 'node:fs/promises'
import { parse } from '@swc/core'
import { describe, expect, it } from 'vitest'
import { en } from '../../dashboard/i18n/en.ts'
import { initialLanguage, rememberLanguage } from '../../dashboard/i18n/language.ts'
import { zh } from '../../dashboard/i18n/zh.ts'

const DASHBOARD = new URL('../../dashboard/', import.meta.url).pathname
/** The same in every language. */
const LANGUAGELESS: ReadonlySet<string> = new Set(['Citygate', '–', '、'])
/** Attributes whose value people read or hear. */
const SPOKEN = new Set(['title', 'label', 'placeholder', 'alt', 'aria-label', 'description', 'advice', 'error'])

const catalogues = await ownCatalogues()

describe('texts', () => {
  it('have the same keys in both languages, and no empty one', () => {
    expect(catalogues.length).toBeGreaterThan(4)
    for (const { file, zh, en } of catalogues) {
      expect(leaves(zh).sort(), file).toEqual(leaves(en).sort())
      for (const text of [...strings(zh), ...strings(en)]) expect(text, file).not.toBe('')
    }
  })

  it('are Chinese in the Chinese catalogue', () => {
    const chinese = (text: string) => /[\u4e00-\u9fff]/.test(text) || LANGUAGELESS.has(text)
    for (const { file, zh } of catalogues)
      expect(
        strings(zh).filter(text => !chinese(text)),
        file,
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

interface OwnCatalogue {
  readonly file: string
  readonly zh: object
  readonly en: object
}

/** The catalogue of the application, and those that pages bring along: whatever a file `…-texts.ts` exports as `…Texts`. */
async function ownCatalogues(): Promise<readonly OwnCatalogue[]> {
  const found: OwnCatalogue[] = [{ file: 'i18n', zh, en }]
  for await (const file of glob('**/*-texts.ts', { cwd: DASHBOARD, exclude: ['dist', 'node_modules'] })) {
    const exports: Record<string, unknown> = await import(DASHBOARD + file)
    const [entry] = Object.entries(exports).filter(([name]) => name.endsWith('Texts') && !name.startsWith('use'))
    const texts = entry?.[1]
    if (!isNode(texts) || !isNode(texts.zh) || !isNode(texts.en)) throw new Error(`${file} exports no texts in zh and en`)
    found.push({ file, zh: texts.zh, en: texts.en })
  }
  return found
}

function leaves(value: object, path = ''): string[] {
  return Object.entries(value).flatMap(([key, entry]) => (isNode(entry) ? leaves(entry, `${path}${key}.`) : [`${path}${key}:${typeof entry}`]))
}

function strings(value: object): string[] {
  return Object.values(value).flatMap(entry => (isNode(entry) ? strings(entry) : typeof entry === 'string' ? [entry] : []))
}

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
