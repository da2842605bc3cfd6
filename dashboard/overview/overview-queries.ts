import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Overview } from '../api/types.ts'
import { useServices } from '../services.tsx'
import type { OverviewView } from './overview-address.ts'
import type { Attention, Completeness } from './overview-types.ts'

const EVERY_MS = 15_000
const HEAT_MAP_EVERY_MS = 60_000

export function useCounts({ org, kind }: Pick<OverviewView, 'org' | 'kind'>) {
  const { api } = useServices()
  return useQuery({
    queryKey: ['overview', org, kind],
    queryFn: ({ signal }) => api.get<Overview>('/overview', { org, kind }, signal),
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
  })
}

export function useAttention({ org, kind }: Pick<OverviewView, 'org' | 'kind'>) {
  const { api } = useServices()
  return useQuery({
    queryKey: ['attention', org, kind],
    queryFn: ({ signal }) => api.get<Attention>('/attention', { org, kind, limit: 10 }, signal),
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
  })
}

export function useCompleteness({ org, kind, by, hours }: OverviewView) {
  const { api } = useServices()
  return useQuery({
    queryKey: ['completeness', org, kind, by, hours],
    queryFn: ({ signal }) => api.get<Completeness>('/completeness', { org, kind, by, hours }, signal),
    refetchInterval: HEAT_MAP_EVERY_MS,
    placeholderData: keepPreviousData,
  })
}

/** How long back a rate looks. */
const RATE_MS = 60_000

/** How fast a growing number grows, per second, over the last minute at most. Undefined until it was seen twice. */
export function useRate(value: number | undefined, at: number): number | undefined {
  const [samples, setSamples] = useState<readonly { readonly value: number; readonly at: number }[]>([])
  useEffect(() => {
    if (value === undefined || at === 0) return
    // One that falls belongs to another gateway, or to one that began anew.
    setSamples(before => [...before.filter(sample => at - sample.at <= RATE_MS && sample.value <= value && sample.at < at), { value, at }])
  }, [value, at])
  const first = samples[0]
  const last = samples.at(-1)
  if (first === undefined || last === undefined || last.at - first.at < 1_000) return undefined
  return ((last.value - first.value) * 1_000) / (last.at - first.at)
}
