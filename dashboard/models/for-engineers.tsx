import type { ReactNode } from 'react'
import { maintainsAny } from '../session/rights.ts'
import { useSession } from '../session/session-queries.ts'
import { ForbiddenPage } from '../shell/forbidden-page.tsx'
import { useModelTexts } from './model-texts.ts'

/** Shows engineers what is theirs, and tells others why they do not see it. What is answered is decided by the gateway. */
export function ForEngineers({ children }: { readonly children: ReactNode }) {
  const texts = useModelTexts()
  const session = useSession()
  if (session.isPending) return null
  return maintainsAny(session.data) ? children : <ForbiddenPage title={texts.title} words={texts.forbidden} ask="engineer" />
}
