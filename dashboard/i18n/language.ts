import type { Language } from './catalogue.ts'

const KEY = 'citygate.language'

/** The language chosen before, else the first of the browser's that the dashboard speaks, else English. */
export function initialLanguage(storage: Pick<Storage, 'getItem'> | undefined, browser: readonly string[]): Language {
  const chosen = remembered(storage)
  if (chosen) return chosen
  for (const tag of browser) {
    const language = tag.slice(0, 2).toLowerCase()
    if (language === 'zh' || language === 'en') return language
  }
  return 'en'
}

function remembered(storage: Pick<Storage, 'getItem'> | undefined): Language | undefined {
  const value = storage?.getItem(KEY)
  return value === 'zh' || value === 'en' ? value : undefined
}

/** Remembers the choice; a browser that stores nothing forgets it with the page. */
export function rememberLanguage(storage: Pick<Storage, 'setItem'> | undefined, language: Language): void {
  try {
    storage?.setItem(KEY, language)
  } catch {
    // Storage is full or forbidden: the choice holds until the page is closed.
  }
}

/** The browser's storage, unless the user forbade it. */
export function browserStorage(): Storage | undefined {
  try {
    return window.localStorage
  } catch {
    return undefined
  }
}
