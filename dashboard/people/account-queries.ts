import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useServices } from '../services.tsx'
import type { SessionList } from './people-types.ts'

export function useOwnSessions() {
  const { api } = useServices()
  return useQuery({
    queryKey: ['sessions'],
    queryFn: async ({ signal }) => (await api.get<SessionList>('/sessions', {}, signal)).sessions,
    refetchInterval: 30_000,
  })
}

/** Something people change about themselves: after it, who they are is asked anew, as the session was replaced by another. */
export function useOwnChange<In, Out>(change: (api: ReturnType<typeof useServices>['api'], entered: In) => Promise<Out>) {
  const { api, feed } = useServices()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (entered: In) => change(api, entered),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['session'] })
      void queries.invalidateQueries({ queryKey: ['sessions'] })
      // The live link hangs on the session that was replaced.
      feed.retryNow()
    },
  })
}
