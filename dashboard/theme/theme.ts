import { type CSSVariablesResolver, createTheme } from '@mantine/core'
import { type Scheme, tokens } from './tokens.ts'

/** Mantine's theme: the system's own fonts (none are fetched), small radii, dense tables. */
export const theme = createTheme({
  fontFamily: 'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace',
  // Mantine's greys for dark pages, shifted to the blue of the map's land so that fields and cards belong to it.
  colors: {
    dark: ['#d3dae0', '#bcc6ce', '#a3afb9', '#6f7d89', '#3d4954', '#2f3942', '#252d35', '#1c232a', '#161c22', '#101519'],
  },
  primaryColor: 'blue',
  // White text on it keeps 4.5:1 (WCAG 2.2, 1.4.3).
  primaryShade: 8,
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'auto',
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '1.25rem', lineHeight: '1.3' }, h2: { fontSize: '0.9375rem', lineHeight: '1.4' } } },
})

/** The tokens as CSS variables, for the style sheets. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    '--cg-header': `${tokens.headerHeight}px`,
    '--cg-panel': `${tokens.panelWidth}px`,
  },
  light: variablesOf('light'),
  dark: variablesOf('dark'),
})

function variablesOf(scheme: Scheme): Record<string, string> {
  const map = tokens.map[scheme]
  const dimmed = scheme === 'light' ? '#5a6570' : '#9aa6b1'
  return {
    '--cg-surface': scheme === 'light' ? '#ffffff' : '#1c232a',
    '--cg-line': scheme === 'light' ? '#dde2e7' : '#2f3942',
    '--cg-line-soft': scheme === 'light' ? '#e7ebef' : '#29323a',
    '--cg-dimmed': dimmed,
    // Mantine's own are below 4.5:1 on these surfaces (WCAG 2.2, 1.4.3).
    '--mantine-color-placeholder': dimmed,
    '--mantine-color-dimmed': dimmed,
    '--mantine-color-green-light-color': tokens.good[scheme],
    '--cg-water': map.water,
    '--cg-label': map.label,
    '--cg-halo': map.halo,
    '--cg-alert': tokens.alert[scheme],
    '--cg-measure': tokens.measure[scheme],
    '--cg-good': tokens.good[scheme],
    '--cg-late': tokens.late[scheme],
    '--cg-stale': map.stale,
    ...Object.fromEntries(Object.entries(tokens.kind[scheme]).map(([name, colour]) => [`--cg-kind-${name}`, colour])),
  }
}
