import { Button, PasswordInput, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useText } from '../i18n/language-provider.tsx'
import { useServices } from '../services.tsx'

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
        <PasswordInput
          label={text.access.token}
          autoComplete="off"
          value={token}
          onChange={event => setToken(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': text.access.showPassword }}
          error={tokens.token === undefined ? undefined : text.access.refused}
          autoFocus
        />
        <Button type="submit">{text.access.enter}</Button>
      </Stack>
    </form>
  )
}
