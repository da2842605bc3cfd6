import type { Language, Translated } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'

const en = { device: 'Play back where it was in the last hour', map: 'Play back this part of the map' }

type Texts = Translated<typeof en>

const zh: Texts = { device: '回放最近一小时的轨迹', map: '回放地图当前范围' }

/** Texts of the links to the replay, which stand where the page itself is not loaded. */
export const replayLinkTexts: Readonly<Record<Language, Texts>> = { en, zh }

export function useReplayLinkTexts(): Texts {
  return replayLinkTexts[useLanguage().language]
}
