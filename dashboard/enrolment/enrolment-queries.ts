import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiProblem } from '../api/api-problem.ts'
import { useServices } from '../services.tsx'
import type { Decided, Decision, Newcomer, NewcomerList, ProvisioningKey } from './enrolment-types.ts'

const KEY = ['enrolments'] as const

export function useNewcomers(state: Newcomer['state']) {
  const { api } = useServices()
  return useQuery({
    queryKey: [...KEY, state],
    queryFn: ({ signal }) => api.get<NewcomerList>('/enrolments', { state, limit: 500 }, signal),
    refetchInterval: 5_000,
  })
}

export function useProvisioningKeys() {
  const { api } = useServices()
  return useQuery({
    queryKey: [...KEY, 'keys'],
    queryFn: async ({ signal }) => (await api.get<{ readonly keys: readonly ProvisioningKey[] }>('/provisioning-keys', {}, signal)).keys,
    refetchInterval: 30_000,
  })
}

/** Decides about devices one after the other, and tells how far it has come. One that fails keeps none of the others. */
export function useDecide() {
  const { api } = useServices()
  const queries = useQueryClient()
  const [progress, setProgress] = useState(0)
  const decide = useMutation({
    mutationFn: async ({ decision, devices }: { readonly decision: Decision; readonly devices: readonly string[] }): Promise<Decided> => {
      const done: string[] = []
      const failed: { device: string; error: unknown }[] = []
      for (const device of devices) {
        setProgress(done.length + failed.length)
        try {
          await api.post(`/enrolments/${encodeURIComponent(device)}/${decision}`)
          done.push(device)
        } catch (error) {
          failed.push({ device, error })
          // A gateway that can not be reached will not be for the next one.
          if (!(error instanceof ApiProblem) || error.reason !== 'refused') break
        }
      }
      return { decision, done, failed }
    },
    onSettled: () => {
      setProgress(0)
      return queries.invalidateQueries({ queryKey: KEY })
    },
  })
  return { decide, progress }
}
