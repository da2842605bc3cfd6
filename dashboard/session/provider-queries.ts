import { useMutation } from '@tanstack/react-query'
import { useServices } from '../services.tsx'
import { rememberedPlace, rememberPlace } from './remembered-place.ts'
import type { SessionAnswer } from './session-types.ts'

/** Leaves for the provider: to sign in, or with the password of whoever is signed in to have their account connected. The page that is left is come back to. */
export function useLeaveForProvider() {
  const { api } = useServices()
  return useMutation({
    mutationFn: (entered: { readonly password: string } | undefined) =>
      api.post<{ readonly url: string }>(entered === undefined ? '/session/provider' : '/session/provider/connect', entered),
    onSuccess: ({ url }) => {
      rememberPlace(window)
      window.location.assign(url)
    },
  })
}

/** Finishes what was begun: with what the provider answered, or with a code of the second factor after it. The page that was left starts anew, as whoever signed in. */
export function useComeFromProvider() {
  const { api, tokens } = useServices()
  return useMutation({
    mutationFn: (shown: { readonly query: string } | { readonly code: string }) =>
      api.post<SessionAnswer>('query' in shown ? '/session/provider/finish' : '/session/provider/code', shown),
    onSuccess: session => {
      tokens.signedIn(session.person?.id)
      window.location.replace(rememberedPlace(window))
    },
  })
}
