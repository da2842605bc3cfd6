import { useEffect, useState, useSyncExternalStore } from 'react'
import { useServices } from '../services.tsx'
import { useSession } from './session-queries.ts'

/** `inside`: the page may be shown. `signedOut`: it was shown, and nobody is signed in any more. `outside`: nobody is signed in yet. */
export type WayIn = 'inside' | 'signedOut' | 'outside'

/** Whether the page is shown. Until the gateway has said who it belongs to it is taken to be: nothing comes of it that the gateway does not give. */
export function useWayIn(): WayIn {
  const { tokens } = useServices()
  const session = useSession().data
  const needed = useSyncExternalStore(
    listener => tokens.onChange(listener),
    () => tokens.needed,
  )
  const [wasInside, setWasInside] = useState(false)
  const known = session?.signedIn === true
  const inside = !needed && (known || tokens.token !== undefined)
  if (inside && !wasInside) setWasInside(true)
  useEffect(() => {
    if (session === undefined || tokens.token !== undefined) return
    if (session.signedIn) tokens.signedIn(session.person?.id)
    else tokens.refused()
  }, [session, tokens])
  if (!needed) return 'inside'
  return wasInside ? 'signedOut' : 'outside'
}
