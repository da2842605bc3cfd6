import type { Language } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'

const en = { device: 'Play back where it was in the last hour', map: 'Play back this part of the map' } as const
const zh: Readonly<Record<keyof typeof en, string>> = { device: '回放最近一小时的轨迹', map: '回放地图当前范围' }

/** Texts of the links to the replay, which stand where the page itself is not loaded. */
export const replayLinkTexts: Readonly<Record<Language, Readonly<Record<keyof typeof en, string>>>> = { en, zh }

export function useReplayLinkTexts(): Readonly<Record<keyof typeof en, string>> {
  return replayLinkTexts[useLanguage().language]
}
