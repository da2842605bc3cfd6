import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import type { Catalogue, Language, Title } from './catalogue.ts'
import { en } from './en.ts'
import { browserStorage, initialLanguage, rememberLanguage } from './language.ts'
import { zh } from './zh.ts'

const catalogues: Readonly<Record<Language, Catalogue>> = { en, zh }
/** As the `lang` attribute and Intl want it. */
const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' }

interface LanguageValue {
  readonly language: Language
  readonly locale: string
  readonly text: Catalogue
  readonly choose: (language: Language) => void
  /** A title in the language of the page. */
  readonly title: (title: Title) => string
}

const LanguageContext = createContext<LanguageValue | undefined>(undefined)

/** Gives the page its language and remembers the choice. */
export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() => initialLanguage(browserStorage(), navigator.languages))
  useEffect(() => {
    document.documentElement.lang = LOCALES[language]
  }, [language])
  const value = useMemo<LanguageValue>(
    () => ({
      language,
      locale: LOCALES[language],
      text: catalogues[language],
      choose: next => {
        rememberLanguage(browserStorage(), next)
        setLanguage(next)
      },
      title: title => title[language],
    }),
    [language],
  )
  return <LanguageContext value={value}>{children}</LanguageContext>
}

/** The language of the page and its texts. */
export function useLanguage(): LanguageValue {
  const value = useContext(LanguageContext)
  if (!value) throw new Error('useLanguage must be used inside LanguageProvider')
  return value
}

/** The texts of the page. */
export function useText(): Catalogue {
  return useLanguage().text
}
