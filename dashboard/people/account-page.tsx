import './people.css'
import { Loader, Paper, Title } from '@mantine/core'
import { useOrgName } from '../api/org-names.ts'
import { useText } from '../i18n/language-provider.tsx'
import { isLocal } from '../session/rights.ts'
import { useSession } from '../session/session-queries.ts'
import { grantWords } from '../session/user-menu.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { useAccountTexts } from './account-texts.ts'
import { OwnIdentities } from './own-identities.tsx'
import { OwnSessions } from './own-sessions.tsx'
import { PasswordForm } from './password-form.tsx'
import { SecondFactor } from './second-factor.tsx'

/** What people see to themselves: roles, password, second factor, sessions. */
export default function AccountPage() {
  const orgName = useOrgName()
  const text = useText()
  const texts = useAccountTexts()
  const session = useSession()
  useTitle(texts.title)
  const person = session.data?.person
  if (session.isPending) return <Loader size="sm" m="lg" aria-label={text.app.loading} />
  if (session.data === undefined) return <ProblemView error={session.error} onRetry={() => void session.refetch()} />
  if (person === undefined || isLocal(session.data)) return <EmptyView title={texts.notHere} advice={texts.notHereAdvice} />
  const grants = session.data.grants ?? []
  return (
    <div className="cg-page cg-own-account">
      <div className="cg-page-head">
        <Title order={1}>{person.name ?? person.id}</Title>
        {person.name !== undefined && person.name !== person.id && <code>{person.id}</code>}
      </div>
      <Paper withBorder p="md" component="section" aria-label={texts.roles}>
        <Title order={2}>{texts.roles}</Title>
        {grants.length === 0 ? (
          <p className="cg-advice">{texts.noRoles}</p>
        ) : (
          <ul className="cg-grants">
            {grants.map(grant => (
              <li key={grant.org}>{grantWords(grant, text, orgName)}</li>
            ))}
          </ul>
        )}
      </Paper>
      {session.data.hasPassword === false ? (
        <Paper withBorder p="md" component="section" aria-label={texts.password}>
          <Title order={2}>{texts.password}</Title>
          <p className="cg-advice">{texts.noPassword}</p>
        </Paper>
      ) : (
        <PasswordForm name={person.id} />
      )}
      <SecondFactor on={session.data.secondFactor === true} />
      <OwnIdentities provider={session.data.provider} />
      <OwnSessions />
    </div>
  )
}
