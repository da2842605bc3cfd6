import './audit.css'
import { Button, Loader, Title } from '@mantine/core'
import { useSearchParams } from 'react-router'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { useServices } from '../services.tsx'
import { administersAll } from '../session/rights.ts'
import { useSession } from '../session/session-queries.ts'
import { withWords } from '../shell/address.ts'
import { ForbiddenPage, isForbidden } from '../shell/forbidden-page.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { exportAddress, searchFrom, withSearch } from './audit-address.ts'
import { AuditForm } from './audit-form.tsx'
import { useAudit, useAuditEntry } from './audit-queries.ts'
import { AuditTable } from './audit-table.tsx'
import { useAuditTexts } from './audit-texts.ts'

/** How the chain of entries is checked. */
const VERIFY = 'citygate audit verify'

/** Who did what to which. What is looked for, and the entry that is open, stand in the address. */
export default function AuditPage() {
  const text = useText()
  const texts = useAuditTexts()
  const [parameters, setParameters] = useSearchParams()
  const search = searchFrom(parameters)
  const audit = useAudit(search)
  const session = useSession().data
  const { tokens } = useServices()
  const { timeZone } = useFormat()
  const found = audit.data?.pages.flatMap(page => page.entries) ?? []
  const opened = /^[1-9]\d{0,14}$/.test(parameters.get('entry') ?? '') ? Number(parameters.get('entry')) : undefined
  const elsewhere = opened !== undefined && audit.data !== undefined && !found.some(({ seq }) => seq === opened)
  const single = useAuditEntry(elsewhere ? opened : undefined)
  const asked = Object.values(search).some(value => value !== '')
  useTitle(texts.title)
  const open = (seq: number | undefined) => setParameters(before => withWords(before, { entry: seq === undefined ? '' : String(seq) }), { replace: true })
  if (isForbidden(audit.error)) return <ForbiddenPage title={texts.title} words={texts.forbidden} ask="administrator" />
  return (
    <div className="cg-page">
      <div className="cg-page-head">
        <Title order={1}>{texts.title}</Title>
        {tokens.token === undefined && (
          <Button component="a" size="compact-sm" variant="default" href={exportAddress(search, timeZone)} download>
            {texts.exportCsv}
          </Button>
        )}
      </div>
      <p className="cg-intro">
        {administersAll(session) ? (
          <>
            {texts.intro} {texts.verify} <code>{VERIFY}</code>
          </>
        ) : (
          texts.introOwn
        )}
      </p>
      <AuditForm key={JSON.stringify(search)} search={search} onSearch={next => setParameters(before => withSearch(before, next))} />
      {elsewhere && single.isError && <ProblemView error={single.error} />}
      {elsewhere && single.data && <AuditTable entries={[single.data]} opened={opened} onOpen={open} />}
      {audit.isPending && <Loader size="sm" aria-label={text.app.loading} />}
      {audit.isError && <ProblemView error={audit.error} onRetry={() => void audit.refetch()} />}
      {audit.data && found.length === 0 && <Nothing asked={asked} more={audit.hasNextPage} />}
      {found.length > 0 && <AuditTable entries={found} opened={opened} onOpen={open} />}
      {audit.hasNextPage && (
        <Button variant="default" size="sm" mt="md" loading={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
          {found.length === 0 ? texts.searchOn : texts.older}
        </Button>
      )}
    </div>
  )
}

/** A search looks through so many entries at a time: nothing found need not be all. */
function Nothing({ asked, more }: { readonly asked: boolean; readonly more: boolean }) {
  const texts = useAuditTexts()
  if (more) return <EmptyView title={texts.noneSoFar} />
  return asked ? <EmptyView title={texts.none} advice={texts.noneAdvice} /> : <EmptyView title={texts.noneYet} />
}
