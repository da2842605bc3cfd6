import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { readingBefore } from '../chart/reading-before.ts'
import { useServices } from '../services.tsx'
import type { Query } from './api-client.ts'
import type { Account, Device, DeviceList, Health, Kind, Latest, Model, Overview, Readings, RejectedFrame, Settings } from './types.ts'

/** How often what changes is asked again, in milliseconds. */
const SOON = 2_000
const LATER = 10_000

/** Kinds with their fields; they change only when the gateway starts anew. */
export function useKinds() {
  const { api } = useServices()
  return useQuery({
    queryKey: ['kinds'],
    queryFn: async ({ signal }) => (await api.get<{ readonly kinds: readonly Kind[] }>('/kinds', {}, signal)).kinds,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function useModels() {
  const { api } = useServices()
  return useQuery({
    queryKey: ['models'],
    queryFn: async ({ signal }) => (await api.get<{ readonly models: readonly Model[] }>('/models', {}, signal)).models,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function useSettings() {
  const { api } = useServices()
  return useQuery({ queryKey: ['settings'], queryFn: ({ signal }) => api.get<Settings>('/settings', {}, signal), staleTime: Number.POSITIVE_INFINITY })
}

export function useDevice(id: string) {
  const { api } = useServices()
  return useQuery({ queryKey: ['device', id], queryFn: ({ signal }) => api.get<Device>(devicePath(id), {}, signal), refetchInterval: LATER })
}

export function useLatest(id: string) {
  const { api } = useServices()
  return useQuery({
    queryKey: ['device', id, 'latest'],
    queryFn: ({ signal }) => api.get<Latest>(`${devicePath(id)}/latest`, {}, signal),
    refetchInterval: SOON,
  })
}

export function useAccount(id: string) {
  const { api } = useServices()
  return useQuery({
    queryKey: ['device', id, 'account'],
    queryFn: ({ signal }) => api.get<Account>(`${devicePath(id)}/account`, {}, signal),
    refetchInterval: LATER / 2,
  })
}

/** The account of all devices; of an organisation or a kind, where one is named. */
export function useTotalAccount(part: { readonly org?: string; readonly kind?: string } = {}) {
  const { api } = useServices()
  const query = { org: part.org || undefined, kind: part.kind || undefined }
  return useQuery({ queryKey: ['account', query], queryFn: ({ signal }) => api.get<Account>('/account', query, signal), refetchInterval: LATER / 2 })
}

/** The newest rejected frames of a device. */
export function useRejected(id: string) {
  const { api } = useServices()
  return useQuery({
    queryKey: ['device', id, 'rejected'],
    queryFn: async ({ signal }) => (await api.get<{ readonly frames: readonly RejectedFrame[] }>(`${devicePath(id)}/rejected`, { limit: 5 }, signal)).frames,
    refetchInterval: LATER,
  })
}

/** What a chart asks for. */
export interface ReadingsQuery {
  readonly device: string
  readonly field: string
  /** As the API takes it: `-1h`. */
  readonly from: string
  readonly every: string
  readonly functions: string
  /** How long the period is. */
  readonly seconds: number
  /** A counter: what it said before the period counts too. */
  readonly counts: boolean
}

export function useReadings(query: ReadingsQuery) {
  const { api, clock } = useServices()
  return useQuery({
    queryKey: ['device', query.device, 'readings', query.field, query.from, query.every, query.functions],
    queryFn: async ({ signal }): Promise<Readings> => {
      const ask = (more: Query) => api.get<Readings>(`${devicePath(query.device)}/readings`, { fields: query.field, ...more }, signal)
      const [readings, before] = await Promise.all([
        ask({ from: query.from, every: query.every, fn: query.functions }),
        query.counts ? readingBefore(query.field, clock.now() - query.seconds * 1_000, ask) : undefined,
      ])
      return { ...readings, before }
    },
    refetchInterval: LATER,
  })
}

/** The first few devices whose name or id holds a text. */
export function useDeviceSearch(text: string) {
  const { api } = useServices()
  return useQuery({
    queryKey: ['search', text],
    queryFn: async ({ signal }) => (await api.get<DeviceList>('/devices', { q: text, limit: 8 }, signal)).devices,
    enabled: text !== '',
    placeholderData: keepPreviousData,
  })
}

export function useOverview() {
  const { api } = useServices()
  return useQuery({ queryKey: ['overview'], queryFn: ({ signal }) => api.get<Overview>('/overview', {}, signal), refetchInterval: LATER })
}

export function useHealth() {
  const { api } = useServices()
  return useQuery({ queryKey: ['health'], queryFn: ({ signal }) => api.health<Health>(signal), refetchInterval: LATER / 2 })
}

function devicePath(id: string): string {
  return `/devices/${encodeURIComponent(id)}`
}
