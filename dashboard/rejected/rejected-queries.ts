import { useInfiniteQuery } from '@tanstack/react-query'
import type { RejectedFrame } from '../api/types.ts'
import { useServices } from '../services.tsx'
import type { RejectedView } from './rejected-address.ts'

/** How often the newest are asked for again, milliseconds. */
const EVERY = 10_000
const PAGE = 50

interface RejectedPage {
  readonly frames: readonly (RejectedFrame & { readonly device: string })[]
  readonly next?: number
}

/** Rejected frames, the newest first; of one reason, organisation and kind, where they are named. */
export function useAllRejected(view: RejectedView) {
  const { api } = useServices()
  const query = { reason: view.reason || undefined, org: view.org || undefined, kind: view.kind || undefined }
  return useInfiniteQuery({
    queryKey: ['rejected', query],
    queryFn: ({ signal, pageParam }) => api.get<RejectedPage>('/rejected', { ...query, before: pageParam, limit: PAGE }, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: page => page.next,
    refetchInterval: EVERY,
  })
}
