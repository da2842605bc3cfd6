import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useServices } from '../services.tsx'
import type { SessionAnswer } from './session-types.ts'

const KEY = ['session'] as const
/** How often the page asks whether it is still signed in, in milliseconds. */
const EVERY = 60_000

/** Who the page belongs to. */
export function useSession() {
  const { api } = useServices()
  return useQuery({ queryKey: KEY, queryFn: ({ signal }) => api.get<SessionAnswer>('/session', {}, signal), refetchInterval: EVERY })
}

/** What is entered to sign in. */
export interface SignIn {
  readonly name: string
  readonly password: string
  readonly code?: string
}

/** Signs in. What the page held before goes on where it was, if it is the same person; for another it starts anew. */
export function useSignIn() {
  const { api } = useServices()
  const take = useTakeSession()
  return useMutation({ mutationFn: (entered: SignIn) => api.post<SessionAnswer>('/session', entered), onSuccess: take })
}

/** Sets the first password, or a new one, by invitation; who does is signed in. */
export function useRedeem() {
  const { api } = useServices()
  const take = useTakeSession()
  return useMutation({
    mutationFn: (entered: { readonly token: string; readonly password: string }) => api.post<SessionAnswer>('/invitations/redeem', entered),
    onSuccess: take,
  })
}

export function useSignOut() {
  const { api, tokens } = useServices()
  return useMutation({
    mutationFn: async () => {
      if (tokens.token === undefined) await api.delete('/session')
      else tokens.forget()
    },
    // Nothing of what was seen is left in memory.
    onSuccess: () => window.location.reload(),
  })
}

function useTakeSession() {
  const { tokens, feed } = useServices()
  const queries = useQueryClient()
  return (session: SessionAnswer) => {
    const before = queries.getQueryData<SessionAnswer>(KEY)?.person?.id ?? tokens.lastPerson
    if (before !== undefined && before !== session.person?.id) {
      window.location.reload()
      return
    }
    tokens.signedIn(session.person?.id)
    queries.setQueryData(KEY, session)
    void queries.invalidateQueries()
    feed.retryNow()
  }
}
