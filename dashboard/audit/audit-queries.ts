import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useFormat } from '../format/format-provider.tsx'
import { useServices } from '../services.tsx'
import { type AuditSearch, apiQuery } from './audit-address.ts'
import type { AuditEntry, AuditPageAnswer } from './audit-types.ts'

export function useAudit(search: AuditSearch) {
  const { api } = useServices()
  const { timeZone } = useFormat()
  const query = apiQuery(search, timeZone)
  return useInfiniteQuery({
    queryKey: ['audit', query],
    queryFn: ({ signal, pageParam }) => api.get<AuditPageAnswer>('/audit', { ...query, before: pageParam, limit: 50 }, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: page => page.next,
    placeholderData: keepPreviousData,
  })
}

/** One entry, where an address names one that is not among those found. */
export function useAuditEntry(seq: number | undefined) {
  const { api } = useServices()
  return useQuery({
    queryKey: ['audit', 'entry', seq],
    queryFn: ({ signal }) => api.get<AuditEntry>(`/audit/${seq}`, {}, signal),
    enabled: seq !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  })
}
