import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Language } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import { useServices } from '../services.tsx'

/** Whoever runs devices here. */
export interface Organisation {
  readonly id: string
  readonly name: { readonly zh?: string; readonly en?: string }
  readonly createdAt: string
  readonly retiredAt?: string
}

/** Begins the keys of all that is asked about organisations. */
export const ORGS_KEY = ['orgs'] as const

/** Names are said once and rarely changed. */
const EVERY = 300_000

/** The organisations of whoever asks, in the order of their ids. */
export function useOrgs() {
  const { api } = useServices()
  return useQuery({
    queryKey: ORGS_KEY,
    queryFn: async ({ signal }) => (await api.get<{ readonly orgs: readonly Organisation[] }>('/orgs', { limit: 10_000 }, signal)).orgs,
    staleTime: EVERY,
    refetchInterval: EVERY,
  })
}

/** What an organisation is called in a language; in another one where nobody said it in this; its id where nobody said it at all. */
export function calledIn({ id, name }: Pick<Organisation, 'id' | 'name'>, language: Language): string {
  return name[language] ?? name.zh ?? name.en ?? id
}

/** The name of an organisation in the language of the page; its id, where it is not known. */
export function useOrgName(): (org: string) => string {
  const { language } = useLanguage()
  const { data } = useOrgs()
  return useMemo(() => {
    const names = new Map(data?.map(org => [org.id, calledIn(org, language)]))
    return org => names.get(org) ?? org
  }, [data, language])
}
