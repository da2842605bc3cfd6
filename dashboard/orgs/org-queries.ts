import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ApiClient } from '../api/api-client.ts'
import { ORGS_KEY } from '../api/org-names.ts'
import { useServices } from '../services.tsx'
import type { Holdings } from './org-types.ts'

/** What belongs to whom changes while nobody looks at it. Milliseconds. */
const EVERY = 15_000

/** How much belongs to each organisation; for administrators of the whole gateway. */
export function useHoldings() {
  const { api } = useServices()
  return useQuery({
    queryKey: [...ORGS_KEY, 'holdings'],
    queryFn: async ({ signal }) => (await api.get<{ readonly orgs: readonly Holdings[] }>('/org-holdings', {}, signal)).orgs,
    refetchInterval: EVERY,
  })
}

/** Something administrators do to organisations; whatever shows their names learns of it. */
export function useOrgChange<In>(change: (api: ApiClient, entered: In) => Promise<unknown>) {
  const { api } = useServices()
  const queries = useQueryClient()
  return useMutation({ mutationFn: (entered: In) => change(api, entered), onSettled: () => queries.invalidateQueries({ queryKey: ORGS_KEY }) })
}

export function orgPath(org: string): string {
  return `/orgs/${encodeURIComponent(org)}`
}
