import { useComputedColorScheme } from '@mantine/core'
import { tokens } from '../theme/tokens.ts'
import type { Look } from './looks.ts'

/** A kind's shape as the map draws it, for the legend and lists. `hollow` is how a stale device looks. */
export function KindIcon({ look, hollow = false, size = 18 }: { readonly look: Look; readonly hollow?: boolean; readonly size?: number }) {
  const scheme = useComputedColorScheme('light')
  const map = tokens.map[scheme]
  const colour = hollow ? map.stale : tokens.kind[scheme][look.colour]
  const glyphColour = hollow ? map.stale : map.outline
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false" style={{ flex: 'none' }}>
      <path d={look.arrow ?? look.shape} fill={hollow ? 'none' : colour} stroke={colour} strokeWidth={hollow ? 2 : 0} strokeLinejoin="round" />
      {look.glyph && (
        <path
          d={look.glyph}
          fill={look.filledGlyph ? glyphColour : 'none'}
          stroke={look.filledGlyph ? 'none' : glyphColour}
          strokeWidth={1.9}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      )}
    </svg>
  )
}
