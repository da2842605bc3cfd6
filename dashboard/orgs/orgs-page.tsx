import './orgs.css'
import { Button, Loader, TextInput, Title } from '@mantine/core'
import { useSearchParams } from 'react-router'
import { calledIn, type Organisation, useOrgs } from '../api/org-names.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { withWords } from '../shell/address.ts'
import { ForbiddenPage, isForbidden } from '../shell/forbidden-page.tsx'
import { Dialog } from '../shell/form-parts.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { OrgEnding } from './org-ending.tsx'
import { OrgForm } from './org-form.tsx'
import { useHoldings } from './org-queries.ts'
import { OrgsTable } from './orgs-table.tsx'
import { useOrgsTexts } from './orgs-texts.ts'

/** The organisations of the gateway. The address holds the text that is looked for (`text=`), and which is changed (`org=pudong`; `org=` and nothing adds one). */
export default function OrgsPage() {
  const { language, text } = useLanguage()
  const texts = useOrgsTexts()
  const format = useFormat()
  const orgs = useOrgs()
  const holdings = useHoldings()
  const [parameters, setParameters] = useSearchParams()
  useTitle(texts.title)
  const wanted = parameters.get('text') ?? ''
  const chosen = parameters.get('org') ?? undefined
  const choose = (org: string | undefined) =>
    setParameters(before => {
      const next = withWords(before, { org })
      // Said with nothing behind it: a new one.
      if (org === '') next.set('org', '')
      return next
    })
  if (isForbidden(holdings.error)) return <ForbiddenPage title={texts.title} words={texts.forbidden} ask="administrator" />
  const all = orgs.data ?? []
  const found = all.filter(org => fits(org, wanted))
  const held = new Map(holdings.data?.map(each => [each.org, each]))
  const org = all.find(({ id }) => id === chosen)
  const error = orgs.error ?? holdings.error
  const title = org === undefined ? texts.add : texts.change(calledIn(org, language))
  return (
    <div className="cg-page">
      <div className="cg-page-head">
        <Title order={1}>{texts.title}</Title>
        <Button size="compact-sm" onClick={() => choose('')}>
          {texts.add}
        </Button>
        {all.length > 0 && <span className="cg-page-count">{texts.count(format.count(found.length), format.count(all.length))}</span>}
      </div>
      <p className="cg-intro">{texts.intro}</p>
      {orgs.isPending && <Loader size="sm" aria-label={text.app.loading} />}
      {error !== null && <ProblemView error={error} onRetry={() => void Promise.all([orgs.refetch(), holdings.refetch()])} />}
      {orgs.data?.length === 0 && <EmptyView title={texts.none} advice={texts.noneAdvice} />}
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
          onChange={event => {
            const { value } = event.currentTarget
            setParameters(before => withWords(before, { text: value }), { replace: true })
          }}
        />
      )}
      {all.length > 0 && found.length === 0 && <EmptyView title={texts.noneFits} advice={texts.noneFitsAdvice} />}
      {found.length > 0 && <OrgsTable orgs={found} holdings={held} onChoose={choose} />}
      <Dialog opened={chosen === '' || org !== undefined} onClose={() => choose(undefined)} title={title}>
        <OrgForm key={org?.id ?? ''} org={org} title={title} onDone={() => choose(undefined)} />
        {org && <OrgEnding org={org} holdings={held.get(org.id)} onRemoved={() => choose(undefined)} />}
      </Dialog>
    </div>
  )
}

/** Whether an organisation has the text in its id or in what it is called. */
function fits({ id, name }: Organisation, text: string): boolean {
  const part = text.trim().toLowerCase()
  return [id, name.zh, name.en].some(each => each?.toLowerCase().includes(part))
}
