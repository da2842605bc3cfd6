import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useServices } from '../services.tsx'
import type { DtuList, DtuProbe, Line, LinePlan } from './line-types.ts'

/** How often lines and DTUs are asked about, milliseconds. */
const EVERY = 5_000
/** While a probe runs. */
const PROBE_EVERY = 1_000

export function useLines() {
  const { api } = useServices()
  return useQuery({
    queryKey: ['lines'],
    queryFn: async ({ signal }) => (await api.get<{ readonly lines: readonly Line[] }>('/lines', {}, signal)).lines,
    refetchInterval: EVERY,
  })
}

/** What is asked on a line; reckoned for a speed where its own is not known. */
export function useLinePlan(url: string, baud: number) {
  const { api } = useServices()
  return useQuery({
    queryKey: ['lines', url, 'plan', baud],
    queryFn: ({ signal }) => api.get<LinePlan>('/lines/plan', { url, baud }, signal),
    refetchInterval: EVERY,
    placeholderData: keepPreviousData,
  })
}

export function useDtus() {
  const { api } = useServices()
  return useQuery({ queryKey: ['dtus'], queryFn: ({ signal }) => api.get<DtuList>('/dtus', {}, signal), refetchInterval: EVERY })
}

/** The look at what stands behind a DTU: how far it is, and how to begin one. */
export function useProbe(dtu: string) {
  const { api } = useServices()
  const queries = useQueryClient()
  const key = ['dtus', dtu, 'probe']
  const path = `/dtus/${encodeURIComponent(dtu)}/probe`
  const begin = useMutation({ mutationFn: () => api.post<DtuProbe>(path), onSuccess: probe => queries.setQueryData(key, probe) })
  const probe = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.get<DtuProbe>(path, {}, signal),
    enabled: begin.data !== undefined,
    refetchInterval: query => (query.state.data?.state === 'running' ? PROBE_EVERY : false),
  })
  return { begin, probe: probe.data }
}
