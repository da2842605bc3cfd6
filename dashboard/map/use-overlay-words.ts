import { useMemo } from 'react'
import type { Kind } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { type StateCounts, sumOf } from '../live/counts.ts'
import { useMapTexts } from './map-texts.ts'
import type { OverlayWords } from './overlay.ts'

/** What is written above the marks, in the language of the page. */
export function useOverlayWords(kinds: readonly Kind[]): OverlayWords {
  const { text, title } = useLanguage()
  const own = useMapTexts()
  const { count } = useFormat()
  return useMemo(() => {
    const titles = new Map(kinds.map(kind => [kind.id, title(kind.title)]))
    const states = ({ flagged, stale, offline }: StateCounts) =>
      [
        flagged > 0 ? text.legend.flaggedOf(count(flagged)) : '',
        stale > 0 ? text.legend.staleOf(count(stale)) : '',
        offline > 0 ? own.offlineOf(count(offline)) : '',
      ]
        .filter(part => part !== '')
        .join(own.between)
    return {
      crowds: {
        count,
        describe: crowd => {
          const parts = [...crowd.kinds].sort((a, b) => b[1] - a[1]).map(([kind, number]) => own.part(count(number), titles.get(kind) ?? kind))
          return own.crowd(own.devices(count(crowd.count)), parts.join(own.between), states(crowd.states))
        },
      },
      districts: {
        names: text.districts,
        count,
        describe: (name, counts) => own.crowd(name, own.devices(count(sumOf(counts))), states(counts)),
      },
    }
  }, [kinds, title, text, own, count])
}
