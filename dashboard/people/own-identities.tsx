import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { useServices } from '../services.tsx'
import { PasswordField } from '../session/password-field.tsx'
import { useLeaveForProvider } from '../session/provider-queries.ts'
import { useProviderTexts } from '../session/provider-texts.ts'
import { providerWords } from '../session/provider-words.ts'
import type { SignInProvider } from '../session/session-types.ts'
import { useOwnChange } from './account-queries.ts'

interface Identity {
  readonly issuer: string
  readonly subject: string
  readonly leads: boolean
}

interface Identities {
  readonly identities: readonly Identity[]
}

/** Which identities elsewhere the account is connected with; shown where there is a provider, or was one. */
export function OwnIdentities({ provider }: { readonly provider: SignInProvider | undefined }) {
  const texts = useProviderTexts()
  const { api } = useServices()
  const identities = useQuery({
    queryKey: ['session', 'identities'],
    queryFn: async ({ signal }) => (await api.get<Identities>('/session/identities', {}, signal)).identities,
  })
  const [asking, setAsking] = useState<'connect' | Identity | undefined>(undefined)
  const own = identities.data ?? []
  if (identities.data === undefined || (own.length === 0 && provider === undefined)) return null
  const done = () => setAsking(undefined)
  return (
    <Paper withBorder p="md" component="section" aria-label={texts.section}>
      <Title order={2}>{texts.section}</Title>
      {own.length === 0 && provider !== undefined && (
        <Text size="sm" my="xs" c="var(--cg-dimmed)">
          {texts.none(provider.name)}
        </Text>
      )}
      <ul className="cg-sessions">
        {own.map(identity => (
          <li key={`${identity.issuer} ${identity.subject}`}>
            <div className="cg-session">
              <span title={identity.issuer}>{identity.issuer}</span>
              <span className="cg-advice" title={identity.subject}>
                {texts.connectedAs(identity.subject)}
              </span>
              {identity.leads && <span className="cg-advice">{texts.came}</span>}
            </div>
            {!identity.leads && asking === undefined && (
              <Button size="compact-sm" variant="default" aria-label={texts.disconnectOf(identity.issuer)} onClick={() => setAsking(identity)}>
                {texts.disconnect}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {asking === undefined && own.length === 0 && provider !== undefined && (
        <Button variant="default" onClick={() => setAsking('connect')}>
          {texts.connect(provider.name)}
        </Button>
      )}
      {asking === 'connect' && provider !== undefined && <ConnectForm name={provider.name} onCancel={done} />}
      {typeof asking === 'object' && <DisconnectForm identity={asking} onDone={done} />}
    </Paper>
  )
}

function ConnectForm({ name, onCancel }: { readonly name: string; readonly onCancel: () => void }) {
  const texts = useProviderTexts()
  const leave = useLeaveForProvider()
  return (
    <PasswordQuestion
      name={name}
      submit={texts.connect(name)}
      error={leave.error}
      busy={leave.isPending || leave.isSuccess}
      onPassword={password => leave.mutate({ password })}
      onCancel={onCancel}
    />
  )
}

function DisconnectForm({ identity, onDone }: { readonly identity: Identity; readonly onDone: () => void }) {
  const texts = useProviderTexts()
  const { issuer, subject } = identity
  const remove = useOwnChange((api, entered: { readonly password: string }) =>
    api.post<Identities>('/session/identities/remove', { issuer, subject, ...entered }),
  )
  return (
    <PasswordQuestion
      name={issuer}
      submit={texts.disconnect}
      error={remove.error}
      busy={remove.isPending}
      onPassword={password => remove.mutate({ password }, { onSuccess: onDone })}
      onCancel={onDone}
    />
  )
}

function PasswordQuestion(props: {
  readonly name: string
  readonly submit: string
  readonly error: unknown
  readonly busy: boolean
  readonly onPassword: (password: string) => void
  readonly onCancel: () => void
}) {
  const text = useText()
  const texts = useProviderTexts()
  const format = useFormat()
  const [password, setPassword] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (password !== '') props.onPassword(password)
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw={360} mt="xs">
        <PasswordField
          label={text.access.password}
          description={texts.connectHelp}
          autoComplete="current-password"
          autoFocus
          value={password}
          onChange={setPassword}
          error={providerWords(props.error, props.name, { texts, text, format })}
        />
        <Group gap="xs">
          <Button type="submit" variant="default" loading={props.busy}>
            {props.submit}
          </Button>
          <Button variant="subtle" onClick={props.onCancel}>
            {text.app.cancel}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
