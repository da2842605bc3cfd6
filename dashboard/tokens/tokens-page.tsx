import './tokens.css'
import { Alert, Button, Loader, TextInput, Title } from '@mantine/core'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { CopyButton } from '../people/copy-button.tsx'
import { ForbiddenPage, isForbidden } from '../shell/forbidden-page.tsx'
import { Dialog, Question } from '../shell/form-parts.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { TokenForm } from './token-form.tsx'
import { useRemoveToken, useTokens } from './token-queries.ts'
import type { CreatedToken, Token } from './token-types.ts'
import { TokensTable } from './tokens-table.tsx'
import { useTokensTexts } from './tokens-texts.ts'

/** Lines that are drawn at first, and with each wish for more. */
const page = 100

/** What other programs sign in with. The address holds the text that is looked for (`text=`), and whether a token is being made (`make`). */
export default function TokensPage() {
  const text = useText()
  const texts = useTokensTexts()
  const format = useFormat()
  const tokens = useTokens()
  const [parameters, setParameters] = useSearchParams()
  const [created, setCreated] = useState<CreatedToken | undefined>(undefined)
  const [leaving, setLeaving] = useState<Token | undefined>(undefined)
  const [most, setMost] = useState(page)
  useTitle(texts.title)
  const wanted = parameters.get('text') ?? ''
  const set = (name: 'text' | 'make', value: string | undefined, replace = false) =>
    setParameters(
      before => {
        const next = new URLSearchParams(before)
        if (value === undefined) next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace },
    )
  if (isForbidden(tokens.error)) return <ForbiddenPage title={texts.title} words={texts.forbidden} ask="administrator" />
  const all = tokens.data ?? []
  const found = all.filter(token => fits(token, wanted))
  const done = (made: CreatedToken) => {
    setCreated(made)
    set('make', undefined)
  }
  return (
    <div className="cg-page">
      <div className="cg-page-head">
        <Title order={1}>{texts.title}</Title>
        <Button size="compact-sm" onClick={() => set('make', '')}>
          {texts.add}
        </Button>
        {all.length > 0 && <span className="cg-page-count">{texts.count(format.count(found.length), format.count(all.length))}</span>}
      </div>
      <p className="cg-intro">{texts.intro}</p>
      {created && <NewSecret created={created} onClose={() => setCreated(undefined)} />}
      {tokens.isPending && <Loader size="sm" aria-label={text.app.loading} />}
      {tokens.isError && !tokens.data && <ProblemView error={tokens.error} onRetry={() => void tokens.refetch()} />}
      {tokens.data && all.length === 0 && <EmptyView title={texts.none} advice={texts.noneAdvice} />}
      {all.length > 0 && (
        <TextInput
          size="sm"
          mb="xs"
          maw={320}
          type="search"
          aria-label={texts.search}
          placeholder={texts.search}
          value={wanted}
          maxLength={100}
          onChange={event => set('text', event.currentTarget.value || undefined, true)}
        />
      )}
      {all.length > 0 && found.length === 0 && <EmptyView title={texts.noneFits} advice={texts.noneFitsAdvice} />}
      {found.length > 0 && <TokensTable tokens={found.slice(0, most)} onRemove={setLeaving} />}
      {found.length > most && (
        <Button mt="xs" size="compact-sm" variant="default" onClick={() => setMost(before => before + page)}>
          {texts.more}
        </Button>
      )}
      <Dialog opened={parameters.has('make')} onClose={() => set('make', undefined)} title={texts.add}>
        <TokenForm onDone={done} onCancel={() => set('make', undefined)} />
      </Dialog>
      <Dialog opened={leaving !== undefined} onClose={() => setLeaving(undefined)} title={texts.removeTitle}>
        {leaving && <Removal token={leaving} onClose={() => setLeaving(undefined)} />}
      </Dialog>
    </div>
  )
}

/** Whether a token has the text in what it is for, its id, organisation or kind. */
function fits({ id, org, kind, title }: Token, text: string): boolean {
  const part = text.trim().toLowerCase()
  return [id, org, kind, title].some(each => each?.toLowerCase().includes(part))
}

function NewSecret({ created: { secret }, onClose }: { readonly created: CreatedToken; readonly onClose: () => void }) {
  const text = useText()
  const texts = useTokensTexts()
  return (
    <Alert color="blue" mb="md" title={texts.secret} withCloseButton closeButtonLabel={text.app.close} onClose={onClose}>
      <p className="cg-words">{texts.secretHelp}</p>
      <code className="cg-token-secret" data-secret>
        {secret}
      </code>
      <CopyButton value={secret} />
      <p className="cg-words">{texts.secretUse}</p>
      <code className="cg-token-secret">{`Authorization: Bearer ${secret}`}</code>
    </Alert>
  )
}

function Removal({ token, onClose }: { readonly token: Token; readonly onClose: () => void }) {
  const texts = useTokensTexts()
  const remove = useRemoveToken()
  return (
    <Question
      words={texts.removeWords(token.title ?? token.id)}
      yes={texts.removeYes}
      busy={remove.isPending}
      error={remove.error}
      onYes={() => remove.mutate(token.id, { onSuccess: onClose })}
      onNo={onClose}
    />
  )
}
