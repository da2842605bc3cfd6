/** How the page's live link is, in the words the header shows. */
export type LinkState =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'live' }
  /** Connected, but what comes is older than it should be. */
  | { readonly phase: 'delayed'; readonly seconds: number }
  /** Not connected; marks keep their last place and grow stale. */
  | { readonly phase: 'offline'; readonly sinceMs: number; readonly retryAtMs?: number }

/** Later than this is shown as delayed. */
export const DELAY_SHOWN_FROM_MS = 4_000

/** Waits between attempts to connect, in milliseconds: doubling from 1 s to 30 s, with up to a quarter more by chance so that many pages do not come back at one moment. */
export function backOffMs(failures: number, random: () => number): number {
  const steady = Math.min(30_000, 1_000 * 2 ** Math.min(Math.max(failures - 1, 0), 10))
  return Math.round(steady * (1 + random() / 4))
}

export function sameLinkState(a: LinkState, b: LinkState): boolean {
  if (a.phase === 'delayed' && b.phase === 'delayed') return a.seconds === b.seconds
  if (a.phase === 'offline' && b.phase === 'offline') return a.retryAtMs === b.retryAtMs
  return a.phase === b.phase
}
