import { useText } from '../i18n/language-provider.tsx'
import type { MarkState } from '../live/mark.ts'
import { useMapTexts } from './map-texts.ts'

/** The names of the states. */
export function useStateWords(): Readonly<Record<MarkState, string>> {
  const { legend } = useText()
  const { offline } = useMapTexts()
  return { fresh: legend.fresh, flagged: legend.flagged, stale: legend.stale, offline }
}

/** What the states mean. */
export function useStateHelp(): Readonly<Record<MarkState, string>> {
  const { legend } = useText()
  const { offlineHelp } = useMapTexts()
  return { fresh: legend.freshHelp, flagged: legend.flaggedHelp, stale: legend.staleHelp, offline: offlineHelp }
}
