import { useInfiniteQuery } from '@tanstack/react-query'
import type { RejectedFrame } from '../api/types.ts'
import { useServices } from '../services.tsx'

/** How often the newest are asked for again, milliseconds. */
const EVERY = 10_000
const PAGE = 50

interface RejectedPage {
  readonly frames: readonly (RejectedFrame & { readonly device: string })[]
  readonly next?: number
}

/** Rejected frames of all devices, the newest first; of one reason, where one is named. */
export function useAllRejected(reason: string) {
  const { api } = useServices()
  return useInfiniteQuery({
    queryKey: ['rejected', reason],
    queryFn: ({ signal, pageParam }) => api.get<RejectedPage>('/rejected', { reason: reason || undefined, before: pageParam, limit: PAGE }, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: page => page.next,
    refetchInterval: EVERY,
  })
}
