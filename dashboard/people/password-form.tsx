import { Button, Paper, Stack, Text, Title } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { ApiProblem } from '../api/api-problem.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { PasswordField } from '../session/password-field.tsx'
import { signInWords } from '../session/sign-in-words.ts'
import { useOwnChange } from './account-queries.ts'
import { useAccountTexts } from './account-texts.ts'
import { NewPassword } from './new-password.tsx'

/** Another password, for whoever knows the one until now. */
export function PasswordForm({ name }: { readonly name: string }) {
  const text = useText()
  const texts = useAccountTexts()
  const format = useFormat()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const change = useOwnChange((api, entered: { readonly current: string; readonly password: string }) => api.post<unknown>('/session/password', entered))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (current === '' || password === '') return
    change.mutate(
      { current, password },
      {
        onSuccess: () => {
          setCurrent('')
          setPassword('')
        },
      },
    )
  }
  const { error } = change
  const weak = error instanceof ApiProblem && error.code === 'PASSWORD_WEAK'
  const wrong = error instanceof ApiProblem && error.status === 401
  const words = wrong ? texts.currentWrong : signInWords(error, text, format)
  return (
    <Paper withBorder p="md" component="section" aria-label={texts.password}>
      <Title order={2}>{texts.password}</Title>
      <form onSubmit={submit}>
        <Stack gap="sm" maw={360} mt="xs">
          {/* For password managers: whose password this is. */}
          <input className="cg-hidden" name="username" autoComplete="username" value={name} readOnly tabIndex={-1} aria-hidden="true" />
          <PasswordField
            label={texts.current}
            name="current-password"
            autoComplete="current-password"
            required
            value={current}
            onChange={setCurrent}
            error={weak ? undefined : words}
          />
          <NewPassword value={password} onChange={setPassword} error={weak ? words : undefined} />
          <Button type="submit" variant="default" loading={change.isPending}>
            {texts.change}
          </Button>
          <Text size="sm" c="var(--cg-good)" role="status">
            {change.isSuccess && texts.changed}
          </Text>
        </Stack>
      </form>
    </Paper>
  )
}
