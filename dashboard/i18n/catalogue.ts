import type { en } from './en.ts'

/** The shape every language fills: the keys of the English catalogue, with any text in their places. */
export type Catalogue = Translated<typeof en>

/** The shape of texts in any language, made from those of one: the same keys and arguments, with any text in their places. */
export type Translated<T> = T extends string
  ? string
  : T extends (...args: infer Args) => string
    ? (...args: Args) => string
    : { readonly [K in keyof T]: Translated<T[K]> }

/** Languages the dashboard speaks, as the two letters of BCP 47. */
export type Language = 'zh' | 'en'

/** Texts of kinds, fields and models come in both languages. */
export interface Title {
  readonly en: string
  readonly zh: string
}
