import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useServices } from '../services.tsx'
import type { CreatedToken, Token, TokenDraft } from './token-types.ts'

const KEY = ['tokens'] as const

export function useTokens() {
  const { api } = useServices()
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => (await api.get<{ readonly tokens: readonly Token[] }>('/tokens', { limit: 10_000 }, signal)).tokens,
    refetchInterval: 15_000,
  })
}

export function useCreateToken() {
  const { api } = useServices()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (draft: TokenDraft) => api.post<CreatedToken>('/tokens', draft),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  })
}

export function useRemoveToken() {
  const { api } = useServices()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => api.delete(`/tokens/${encodeURIComponent(id)}`),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  })
}
