/**
 * The few numbers and colours everything else is made of. Components use Mantine's spacing and these; a colour written anywhere else is a mistake.
 * Colours of kinds keep a contrast of at least 3:1 with both land colours (WCAG 2.2, 1.4.11).
 */
export const tokens = {
  /** CSS pixels. */
  headerHeight: 52,
  railWidth: 84,
  panelWidth: 400,
  /** Below this width a phone's layout: one column, the panel as a sheet from below. */
  phoneWidth: 720,
  map: {
    light: { water: '#dfe5eb', land: '#f8f9fa', line: '#b9c3cd', label: '#4a5560', halo: '#ffffff', outline: '#ffffff', stale: '#76818c' },
    dark: { water: '#0f1419', land: '#1a2128', line: '#3a4651', label: '#a9b4bf', halo: '#12171c', outline: '#12171c', stale: '#87929d' },
  },
  /** Of kinds, by the order in which colours are given out. Told apart with the common colour blindnesses, and by shape as well. */
  kind: {
    light: { blue: '#2263d1', amber: '#b3620a', teal: '#087f8c', violet: '#7a46c4', green: '#3b7d23', rose: '#b8326f' },
    dark: { blue: '#6aa3ff', amber: '#f0a63a', teal: '#35c0c9', violet: '#b48cf2', green: '#86c667', rose: '#f07fb0' },
  },
  /** Axes and grid of charts. */
  plot: { light: { text: '#5a6570', grid: '#e7ebef' }, dark: { text: '#9aa6b1', grid: '#29323a' } },
  /** The same in high contrast. */
  plotHigh: { light: { text: '#2b3238', grid: '#c3ccd4' }, dark: { text: '#d6dde3', grid: '#3d4954' } },
  /** Pictures that leave the page: its surface and its text. */
  picture: { light: { surface: '#ffffff', text: '#1b2229' }, dark: { surface: '#1c232a', text: '#d3dae0' } },
  /** The ring of flagged devices, errors. */
  alert: { light: '#d0342c', dark: '#ff6b61' },
  /** Lines drawn by hand. */
  measure: { light: '#8a1fa8', dark: '#e3a1f5' },
  good: { light: '#217a3c', dark: '#5cc47c' },
  late: { light: '#a15c00', dark: '#f0b04a' },
} as const

export type Scheme = 'light' | 'dark'
export type KindColour = keyof typeof tokens.kind.light
