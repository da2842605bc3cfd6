import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useLanguage } from '../i18n/language-provider.tsx'
import { useServices } from '../services.tsx'

interface OrgList {
  readonly orgs: readonly { readonly id: string; readonly name: { readonly zh?: string; readonly en?: string } }[]
}

/** Names are said once and rarely changed. */
const EVERY = 300_000

/** What an organisation is called in the language of the page; in another one where nobody said it in this; its id where nobody said it at all. */
export function useOrgName(): (org: string) => string {
  const { api } = useServices()
  const { language } = useLanguage()
  const { data } = useQuery({
    queryKey: ['orgs'],
    queryFn: ({ signal }) => api.get<OrgList>('/orgs', { limit: 10_000 }, signal),
    staleTime: EVERY,
    refetchInterval: EVERY,
  })
  return useMemo(() => {
    const names = new Map(data?.orgs.map(({ id, name }) => [id, name[language] ?? name.zh ?? name.en]))
    return org => names.get(org) ?? org
  }, [data, language])
}
