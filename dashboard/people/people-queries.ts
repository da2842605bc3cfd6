import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ApiClient } from '../api/api-client.ts'
import { useServices } from '../services.tsx'
import type { Person } from './people-types.ts'

const KEY = ['people'] as const

export function usePeople() {
  const { api } = useServices()
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => (await api.get<{ readonly people: readonly Person[] }>('/people', {}, signal)).people,
    refetchInterval: 30_000,
  })
}

/** A link's secret, shown once. */
export interface InvitationLink {
  readonly person: string
  readonly token: string
  readonly expiresAt: string
}

/** Something administrators do to people; the list is asked anew. */
export function usePeopleChange<In, Out>(change: (api: ApiClient, entered: In) => Promise<Out>) {
  const { api } = useServices()
  const queries = useQueryClient()
  return useMutation({ mutationFn: (entered: In) => change(api, entered), onSettled: () => queries.invalidateQueries({ queryKey: KEY }) })
}

export async function invite(api: ApiClient, person: string): Promise<InvitationLink> {
  const { token, expiresAt } = await api.post<Omit<InvitationLink, 'person'>>(`${personPath(person)}/invitation`)
  return { person, token, expiresAt }
}

export function personPath(person: string): string {
  return `/people/${encodeURIComponent(person)}`
}
