import { Anchor, Button, Group, Loader, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { ApiProblem } from '../api/api-problem.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { Problem } from '../shell/form-parts.tsx'
import { useTitle } from '../shell/use-title.ts'
import { useComeFromProvider, useLeaveForProvider } from './provider-queries.ts'
import { useProviderTexts } from './provider-texts.ts'
import { providerWords } from './provider-words.ts'
import { providerPath, rememberedPlace } from './remembered-place.ts'
import { useSession } from './session-queries.ts'

/**
 * Where a provider of OpenID Connect sends people back to. The page asks the gateway by itself, so that the request comes from the gateway's own page, strict cookies and all; what the
 * provider wrote into the address is taken out of it and of the browser's history at once.
 */
export default function ProviderPage() {
  const texts = useProviderTexts()
  const navigate = useNavigate()
  const { search } = useLocation()
  const [query] = useState(search.slice(1))
  const come = useComeFromProvider()
  const { mutate } = come
  const sent = useRef(false)
  useTitle(texts.title)
  useEffect(() => {
    if (sent.current) return
    sent.current = true
    if (query === '') return
    void navigate(providerPath, { replace: true })
    mutate({ query })
  }, [query, navigate, mutate])
  const { error } = come
  const wantsCode = error instanceof ApiProblem && error.code === 'CODE_REQUIRED'
  return (
    <div className="cg-page cg-gate">
      <Paper withBorder p="lg" w="100%" maw={400}>
        <Title order={1} mb="md">
          {texts.title}
        </Title>
        {wantsCode ? <CodeForm /> : query === '' || error ? <NotIn error={error} /> : <Working />}
      </Paper>
    </div>
  )
}

function Working() {
  const text = useText()
  const texts = useProviderTexts()
  return (
    <Group gap="sm" role="status">
      <Loader size="sm" aria-label={text.app.loading} />
      <Text size="sm">{texts.working}</Text>
    </Group>
  )
}

/** Why nobody was let in, and what can be done. */
function NotIn({ error }: { readonly error: unknown }) {
  const text = useText()
  const texts = useProviderTexts()
  const format = useFormat()
  const session = useSession().data
  const leave = useLeaveForProvider()
  const name = session?.provider?.name ?? texts.provider
  const signedIn = session?.signedIn === true
  return (
    <Stack gap="sm">
      <Problem>{providerWords(leave.error ?? error, name, { texts, text, format }) ?? texts.over}</Problem>
      {!signedIn && (
        <Button loading={leave.isPending || leave.isSuccess} onClick={() => leave.mutate(undefined)}>
          {texts.again}
        </Button>
      )}
      <Anchor size="sm" href={rememberedPlace(window)}>
        {signedIn ? texts.toAccount : texts.otherWays}
      </Anchor>
    </Stack>
  )
}

/** The provider's word is taken; a code of the second factor of this gateway is needed too. */
function CodeForm() {
  const text = useText()
  const texts = useProviderTexts()
  const format = useFormat()
  const show = useComeFromProvider()
  const [code, setCode] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const shown = code.replaceAll(/\s/g, '')
    if (shown !== '') show.mutate({ code: shown }, { onError: () => setCode('') })
  }
  if (show.error instanceof ApiProblem && show.error.code === 'SIGN_IN_OVER') return <NotIn error={show.error} />
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{texts.codeHelp}</Text>
        <TextInput
          label={text.access.code}
          description={text.access.codeHelp}
          name="code"
          autoComplete="one-time-code"
          maxLength={64}
          autoFocus
          value={code}
          onChange={event => setCode(event.currentTarget.value)}
          error={providerWords(show.error, texts.provider, { texts, text, format })}
        />
        <Button type="submit" loading={show.isPending || show.isSuccess}>
          {text.access.signIn}
        </Button>
      </Stack>
    </form>
  )
}
