import { useSyncExternalStore } from 'react'
import { useServices } from '../services.tsx'
import type { IconName } from '../theme/icon.tsx'

interface Page {
  readonly path: string
  readonly key: 'map' | 'devices' | 'frames' | 'status' | 'audit'
  readonly icon: IconName
  /** Of the main navigation only for who works on the gateway's own machine: no token may look there. */
  readonly administer?: true
}

const pages: readonly Page[] = [
  { path: '/', key: 'map', icon: 'map' },
  { path: '/devices', key: 'devices', icon: 'list' },
  { path: '/frames', key: 'frames', icon: 'bytes' },
  { path: '/status', key: 'status', icon: 'pulse' },
  { path: '/audit', key: 'audit', icon: 'book', administer: true },
]

/** The pages of the main navigation. What somebody may not see is not offered. */
export function usePages(): readonly Page[] {
  const { tokens } = useServices()
  const administers = useSyncExternalStore(
    listener => tokens.onChange(listener),
    () => tokens.token === undefined && !tokens.needed,
  )
  return pages.filter(page => page.administer === undefined || administers)
}
