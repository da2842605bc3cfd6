import { Button, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useText } from '../i18n/language-provider.tsx'
import { useServices } from '../services.tsx'
import { PasswordField } from './password-field.tsx'

/** The way in for whoever has an integrator's token. */
export function TokenForm() {
  const text = useText()
  const { tokens, feed } = useServices()
  const queries = useQueryClient()
  const [token, setToken] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (token.trim() === '') return
    tokens.enter(token.trim())
    void queries.invalidateQueries()
    feed.retryNow()
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm" c="var(--cg-dimmed)">
          {text.access.advice}
        </Text>
        <PasswordField
          label={text.access.token}
          value={token}
          onChange={setToken}
          error={tokens.token === undefined ? undefined : text.access.refused}
          autoFocus
        />
        <Button type="submit">{text.access.enter}</Button>
      </Stack>
    </form>
  )
}
