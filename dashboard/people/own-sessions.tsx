import { Button, Loader, Paper, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useFormat, useGatewayNow } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { useServices } from '../services.tsx'
import { ProblemView } from '../shell/problem-view.tsx'
import { useOwnSessions } from './account-queries.ts'
import { useAccountTexts } from './account-texts.ts'
import type { SessionInfo } from './people-types.ts'

/** Where somebody is signed in, each to be ended. */
export function OwnSessions() {
  const text = useText()
  const texts = useAccountTexts()
  const { api } = useServices()
  const queries = useQueryClient()
  const sessions = useOwnSessions()
  const end = useMutation({
    mutationFn: (id: string) => api.delete(`/sessions/${encodeURIComponent(id)}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  })
  return (
    <Paper withBorder p="md" component="section" aria-label={texts.sessions}>
      <Title order={2}>{texts.sessions}</Title>
      {sessions.isPending && <Loader size="sm" aria-label={text.app.loading} />}
      {sessions.isError && !sessions.data && <ProblemView error={sessions.error} onRetry={() => void sessions.refetch()} />}
      {end.isError && <ProblemView error={end.error} />}
      <ul className="cg-sessions">
        {sessions.data?.map(session => (
          <li key={session.id}>
            <SessionFacts session={session} />
            {!session.current && (
              <Button size="compact-sm" variant="default" aria-label={texts.endOf(session.address)} onClick={() => end.mutate(session.id)}>
                {texts.end}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Paper>
  )
}

/** From where, with which browser, how and when. */
function SessionFacts({ session }: { readonly session: SessionInfo }) {
  const texts = useAccountTexts()
  const format = useFormat()
  const now = useGatewayNow()
  return (
    <div className="cg-session">
      <span>
        {session.address} <span className="cg-advice">{texts.meansWords[session.means]}</span>
        {session.current && <strong className="cg-this-one">{texts.thisOne}</strong>}
      </span>
      <span className="cg-advice" title={session.agent}>
        {session.agent}
      </span>
      <span className="cg-advice">
        {texts.lastSeen} {format.ago((now - Date.parse(session.lastSeenAt)) / 1_000)}
      </span>
    </div>
  )
}
