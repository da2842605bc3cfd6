import { Button, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState, useSyncExternalStore } from 'react'
import { useText } from '../i18n/language-provider.tsx'
import { useServices } from '../services.tsx'

/** Asks for a token when the gateway does, in the place of the page. */
export function AccessGate({ children }: { readonly children: ReactNode }) {
  const { tokens } = useServices()
  const needed = useSyncExternalStore(
    listener => tokens.onChange(listener),
    () => tokens.needed,
  )
  return needed ? <TokenForm /> : children
}

function TokenForm() {
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
    <div className="cg-page cg-gate">
      <Paper component="form" withBorder p="lg" maw={420} onSubmit={submit}>
        <Stack gap="sm">
          <Title order={1}>{text.access.title}</Title>
          <Text size="sm" c="var(--cg-dimmed)">
            {text.access.advice}
          </Text>
          <PasswordInput
            label={text.access.token}
            value={token}
            onChange={event => setToken(event.currentTarget.value)}
            error={tokens.token === undefined ? undefined : text.access.refused}
            autoFocus
          />
          <Button type="submit">{text.access.enter}</Button>
        </Stack>
      </Paper>
    </div>
  )
}
