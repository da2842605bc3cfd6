import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useServices } from '../services.tsx'
import type { CheckedModel, ListedModel, StoredSheet } from './model-types.ts'

/** How long what was checked is kept, milliseconds: going back a step asks nothing. */
const KEPT_MS = 60_000

/** The models with how many devices have each: the list that other pages have too, asked for again when this page is opened. */
export function useListedModels() {
  const { api } = useServices()
  return useQuery({
    queryKey: ['models', 'listed'],
    queryFn: async ({ signal }) => (await api.get<{ readonly models: readonly ListedModel[] }>('/models', {}, signal)).models,
  })
}

/** What a model says, with its plan on a line of this speed. */
export function useSheet(id: string, baud: number) {
  const { api } = useServices()
  return useQuery({
    queryKey: ['models', id, 'sheet', baud],
    queryFn: ({ signal }) => api.get<StoredSheet>(`/models/${encodeURIComponent(id)}/sheet`, { baud }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  })
}

/** What is wrong or odd in a text, and what it would do; with a frame, what that says under it. The last answer stays until the next is there. */
export function useCheck(question: { readonly source: string; readonly baud: number; readonly hex: string; readonly text: string }) {
  const { api } = useServices()
  const { source, baud, hex, text } = question
  const frame = hex === '' ? (text === '' ? {} : { text }) : { hex }
  return useQuery({
    queryKey: ['models', 'check', source, baud, frame],
    queryFn: ({ signal }) => api.post<CheckedModel>('/models/check', { source, baud, ...frame }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
    placeholderData: keepPreviousData,
  })
}
