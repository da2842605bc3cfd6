import { useEffect, useSyncExternalStore } from 'react'
import { useServices } from '../services.tsx'

/** How the live link is. */
export function useLinkState() {
  const { feed } = useServices()
  return useSyncExternalStore(
    listener => feed.onChange(listener),
    () => feed.state,
  )
}

/** Whether the map has been filled once. */
export function useLoaded(): boolean {
  const { feed } = useServices()
  return useSyncExternalStore(
    listener => feed.onChange(listener),
    () => feed.loaded,
  )
}

/** Runs the live link as long as the page lives, and wakes it when the page is seen again or the network is back. */
export function useLiveFeed(): void {
  const { feed } = useServices()
  useEffect(() => {
    let hiddenAtMs: number | undefined
    const seen = () => {
      if (document.hidden) {
        hiddenAtMs = Date.now()
        return
      }
      // A glance at another tab misses nothing.
      if (hiddenAtMs !== undefined && Date.now() - hiddenAtMs > 5_000) feed.resume()
      hiddenAtMs = undefined
    }
    const online = () => feed.retryNow()
    feed.start()
    document.addEventListener('visibilitychange', seen)
    window.addEventListener('online', online)
    return () => {
      document.removeEventListener('visibilitychange', seen)
      window.removeEventListener('online', online)
      feed.stop()
    }
  }, [feed])
}
