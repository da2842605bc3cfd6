import type { IconName } from '../theme/icon.tsx'

interface Page {
  readonly path: string
  readonly key: 'map' | 'devices' | 'frames' | 'status'
  readonly icon: IconName
}

/** The pages of the main navigation. Those of administration are in the menu of whoever is signed in. */
export const pages: readonly Page[] = [
  { path: '/', key: 'map', icon: 'map' },
  { path: '/devices', key: 'devices', icon: 'list' },
  { path: '/frames', key: 'frames', icon: 'bytes' },
  { path: '/status', key: 'status', icon: 'pulse' },
]
