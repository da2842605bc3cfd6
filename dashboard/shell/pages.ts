import type { IconName } from '../theme/icon.tsx'

/** The pages of the main navigation. */
export const pages: readonly { readonly path: string; readonly key: 'map' | 'devices' | 'frames' | 'status'; readonly icon: IconName }[] = [
  { path: '/', key: 'map', icon: 'map' },
  { path: '/devices', key: 'devices', icon: 'list' },
  { path: '/frames', key: 'frames', icon: 'bytes' },
  { path: '/status', key: 'status', icon: 'pulse' },
]
