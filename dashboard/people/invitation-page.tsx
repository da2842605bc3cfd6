import './people.css'
import { Button, Loader, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Link, useLocation, useNavigate } from 'react-router'
import { ApiProblem } from '../api/api-problem.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { useServices } from '../services.tsx'
import { useRedeem } from '../session/session-queries.ts'
import { signInWords } from '../session/sign-in-words.ts'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { useAccountTexts } from './account-texts.ts'
import { NewPassword } from './new-password.tsx'

interface Invited {
  readonly person: { readonly id: string; readonly name?: string }
}

/** Where the link of an invitation leads: somebody chooses a password. The link's secret stands behind the #, which browsers send to no server. */
export default function InvitationPage() {
  const text = useText()
  const texts = useAccountTexts()
  const { api } = useServices()
  const token = useLocation().hash.slice(1)
  const invited = useQuery({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) => api.post<Invited>('/invitations/look', { token }, signal),
    enabled: token !== '',
    // Never again, not even after signing in: a link that was used counts as an attempt to guess one.
    staleTime: 'static',
  })
  useTitle(texts.invitation)
  const bad = token === '' || (invited.error instanceof ApiProblem && invited.error.status === 400)
  return (
    <div className="cg-page cg-gate">
      {bad && (
        <div>
          <EmptyView title={texts.invitationBad} advice={texts.invitationBadAdvice} />
          <p className="cg-centred">
            <Link to="/">{texts.toStart}</Link>
          </p>
        </div>
      )}
      {!bad && invited.isPending && <Loader size="sm" aria-label={text.app.loading} />}
      {!bad && invited.isError && <ProblemView error={invited.error} onRetry={() => void invited.refetch()} />}
      {!bad && invited.data && <Redeem token={token} person={invited.data.person} />}
    </div>
  )
}

function Redeem({ token, person }: { readonly token: string; readonly person: Invited['person'] }) {
  const text = useText()
  const texts = useAccountTexts()
  const format = useFormat()
  const navigate = useNavigate()
  const redeem = useRedeem()
  const [password, setPassword] = useState('')
  const { error } = redeem
  // The password is set; whoever has a second factor signs in with it.
  const done = error instanceof ApiProblem && error.code === 'CODE_REQUIRED'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (password !== '') redeem.mutate({ token, password }, { onSuccess: () => void navigate('/', { replace: true }) })
  }
  return (
    <Paper withBorder p="lg" w="100%" maw={400}>
      <Title order={1} mb="xs">
        {texts.invitation}
      </Title>
      {done ? (
        <Stack gap="sm">
          <Text size="sm">{texts.invitationDone}</Text>
          <Link to="/">{text.access.signIn}</Link>
        </Stack>
      ) : (
        <form onSubmit={submit}>
          <Stack gap="sm">
            <Text size="sm">{texts.invitationFor(person.name ?? person.id)}</Text>
            <TextInput label={texts.invitationName} name="username" autoComplete="username" value={person.id} readOnly />
            <NewPassword value={password} onChange={setPassword} error={signInWords(error, text, format)} />
            <Button type="submit" loading={redeem.isPending}>
              {texts.invitationSave}
            </Button>
          </Stack>
        </form>
      )}
    </Paper>
  )
}
