import { Button, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { PasswordField } from '../session/password-field.tsx'
import { signInWords } from '../session/sign-in-words.ts'
import { FormEnd } from '../shell/form-parts.tsx'
import { useOwnChange } from './account-queries.ts'
import { useAccountTexts } from './account-texts.ts'
import { QrCode } from './qr-code.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'

interface FactorSecret {
  readonly secret: string
  readonly uri: string
}

/** The second factor: set up, confirmed, switched off. */
export function SecondFactor({ on }: { readonly on: boolean }) {
  const text = useText()
  const texts = useAccountTexts()
  const format = useFormat()
  const [started, setStarted] = useState<FactorSecret | undefined>(undefined)
  const [codes, setCodes] = useState<readonly string[] | undefined>(undefined)
  const start = useOwnChange(api => api.post<FactorSecret>('/session/second-factor'))
  return (
    <Paper withBorder p="md" component="section" aria-label={texts.factor}>
      <Title order={2}>{texts.factor}</Title>
      <Text size="sm" my="xs" c="var(--cg-dimmed)">
        {on ? texts.factorOn : texts.factorOff}
      </Text>
      {codes && <RecoveryCodes codes={codes} onKept={() => setCodes(undefined)} />}
      {!codes && on && <DropForm />}
      {!codes && !on && started && (
        <ConfirmForm
          secret={started}
          onConfirmed={recovery => {
            setStarted(undefined)
            setCodes(recovery)
          }}
          onCancel={() => setStarted(undefined)}
        />
      )}
      {!codes && !on && !started && (
        <Stack gap="xs" align="start">
          <Button variant="default" loading={start.isPending} onClick={() => start.mutate(undefined, { onSuccess: setStarted })}>
            {texts.factorStart}
          </Button>
          {start.isError && (
            <Text size="sm" c="var(--cg-alert)" role="alert">
              {signInWords(start.error, text, format)}
            </Text>
          )}
        </Stack>
      )}
    </Paper>
  )
}

function ConfirmForm(props: { readonly secret: FactorSecret; readonly onConfirmed: (codes: readonly string[]) => void; readonly onCancel: () => void }) {
  const { secret, onConfirmed, onCancel } = props
  const text = useText()
  const texts = useAccountTexts()
  const format = useFormat()
  const [code, setCode] = useState('')
  const confirm = useOwnChange((api, entered: { readonly code: string }) =>
    api.post<{ readonly recoveryCodes: readonly string[] }>('/session/second-factor/confirm', entered),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (code.trim() === '') return
    confirm.mutate({ code: code.replaceAll(/\s/g, '') }, { onSuccess: ({ recoveryCodes }) => onConfirmed(recoveryCodes) })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw={360}>
        <Text size="sm">{texts.factorScan}</Text>
        <QrCode value={secret.uri} label={texts.factorQr} />
        <Text size="sm">
          {texts.factorKey} <code className="cg-secret">{secret.secret}</code>
        </Text>
        <TextInput
          label={texts.factorCode}
          autoComplete="one-time-code"
          inputMode="numeric"
          maxLength={12}
          autoFocus
          value={code}
          onChange={event => setCode(event.currentTarget.value)}
          error={signInWords(confirm.error, text, format)}
        />
        <FormEnd send={texts.factorConfirm} busy={confirm.isPending} onCancel={onCancel} />
      </Stack>
    </form>
  )
}

function DropForm() {
  const text = useText()
  const texts = useAccountTexts()
  const format = useFormat()
  const [password, setPassword] = useState('')
  const drop = useOwnChange((api, entered: { readonly password: string }) => api.post<unknown>('/session/second-factor/drop', entered))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (password !== '') drop.mutate({ password })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw={360}>
        <PasswordField
          label={text.access.password}
          description={texts.factorDropHelp}
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          error={drop.isError ? (signInWords(drop.error, text, format) ?? text.app.failed) : undefined}
        />
        <Button type="submit" variant="default" loading={drop.isPending}>
          {texts.factorDrop}
        </Button>
      </Stack>
    </form>
  )
}
