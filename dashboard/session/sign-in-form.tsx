import { Button, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { ApiProblem } from '../api/api-problem.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { Problem } from '../shell/form-parts.tsx'
import { PasswordField } from './password-field.tsx'
import { useSignIn } from './session-queries.ts'
import { signInWords } from './sign-in-words.ts'

/** Name and password, and the code of the second factor once it is asked for. Password managers fill it in. */
export function SignInForm() {
  const text = useText()
  const format = useFormat()
  const signIn = useSignIn()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [askCode, setAskCode] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '' || password === '' || (askCode && code.trim() === '')) return
    signIn.mutate(
      { name: name.trim(), password, ...(askCode && { code: code.replaceAll(/\s/g, '') }) },
      {
        onError: error => {
          if (!(error instanceof ApiProblem)) return
          if (error.code === 'CODE_REQUIRED' || error.code === 'CODE_WRONG') {
            setAskCode(true)
            setCode('')
          } else setAskCode(false)
        },
      },
    )
  }
  const words = signInWords(signIn.error, text, format)
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {words !== undefined && <Problem>{words}</Problem>}
        <TextInput
          label={text.access.name}
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={128}
          required
          withAsterisk={false}
          readOnly={askCode}
          autoFocus
          value={name}
          onChange={event => setName(event.currentTarget.value)}
        />
        <PasswordField
          label={text.access.password}
          name="password"
          autoComplete="current-password"
          required
          readOnly={askCode}
          value={password}
          onChange={setPassword}
        />
        {askCode && (
          <TextInput
            label={text.access.code}
            description={text.access.codeHelp}
            name="code"
            autoComplete="one-time-code"
            inputMode="text"
            maxLength={64}
            required
            withAsterisk={false}
            autoFocus
            value={code}
            onChange={event => setCode(event.currentTarget.value)}
          />
        )}
        <Button type="submit" loading={signIn.isPending}>
          {text.access.signIn}
        </Button>
        {askCode && (
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => {
              setAskCode(false)
              setPassword('')
              signIn.reset()
            }}
          >
            {text.access.startOver}
          </Button>
        )}
      </Stack>
    </form>
  )
}
