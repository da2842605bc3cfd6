import { useComputedColorScheme } from '@mantine/core'
import type { CSSProperties } from 'react'
import { tokens } from '../theme/tokens.ts'

/** The colours of parts, for whatever has the class `cg-frames`. They are those of kinds: told apart with the common colour blindnesses. */
export function usePartColours(): CSSProperties {
  const { blue, amber, teal, violet, green, rose } = tokens.kind[useComputedColorScheme('light')]
  return Object.fromEntries([blue, amber, teal, violet, green, rose].map((colour, index) => [`--cg-run-${index}`, colour]))
}
