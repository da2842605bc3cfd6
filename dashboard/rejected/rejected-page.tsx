import './rejected.css'
import { Button, Loader, Title } from '@mantine/core'
import { Link, useSearchParams } from 'react-router'
import { useTotalAccount } from '../api/queries.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { withWords } from '../shell/address.ts'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { KindChoice, OrgChoice } from '../table/choice.tsx'
import { type RejectedView, rejectedDevices, rejectedFrom } from './rejected-address.ts'
import { useAllRejected } from './rejected-queries.ts'
import { RejectedTable } from './rejected-table.tsx'
import { reasonWords, useRejectedTexts } from './rejected-texts.ts'

/** How frames that stay in the journal are decoded again. */
const REDECODE = 'citygate journal redecode'

/** Frames that gave no reading, counted by reason. The reason, organisation and kind that are chosen stand in the address. */
export default function RejectedPage() {
  const text = useText()
  const texts = useRejectedTexts()
  const [parameters, setParameters] = useSearchParams()
  const view = rejectedFrom(parameters)
  const { reason, org, kind } = view
  const rejected = useAllRejected(view)
  const frames = rejected.data?.pages.flatMap(page => page.frames) ?? []
  const change = (part: Partial<RejectedView>) => setParameters(before => withWords(before, { ...part }), { replace: true })
  useTitle(texts.title)
  return (
    <div className="cg-page">
      <div className="cg-page-head">
        <Title order={1}>{texts.title}</Title>
        <OrgChoice value={org} onChange={next => change({ org: next })} />
        <KindChoice value={kind} onChange={next => change({ kind: next })} />
        <Link to={rejectedDevices(view)}>{texts.devices}</Link>
      </div>
      <p className="cg-advice">
        {texts.intro} {texts.redecode} <code>{REDECODE}</code>
      </p>
      <Reasons view={view} onChoose={next => change({ reason: next })} />
      {rejected.isPending && <Loader size="sm" aria-label={text.app.loading} />}
      {rejected.isError && <ProblemView error={rejected.error} onRetry={() => void rejected.refetch()} />}
      {rejected.data &&
        frames.length === 0 &&
        !rejected.hasNextPage &&
        (reason + org + kind === '' ? (
          <EmptyView title={texts.none} advice={texts.noneAdvice} />
        ) : (
          <EmptyView title={reason === '' ? texts.noneHere : texts.noneOfReason} advice={texts.kept} />
        ))}
      {frames.length > 0 && <RejectedTable frames={frames} />}
      {rejected.hasNextPage && (
        <Button variant="default" size="sm" mt="md" loading={rejected.isFetchingNextPage} onClick={() => void rejected.fetchNextPage()}>
          {texts.older}
        </Button>
      )}
    </div>
  )
}

/** How many frames each reason took, as bars; a click shows its frames. */
function Reasons({ view, onChoose }: { readonly view: RejectedView; readonly onChoose: (reason: string) => void }) {
  const texts = useRejectedTexts()
  const format = useFormat()
  const { reason: chosen } = view
  const account = useTotalAccount(view).data
  const counts = Object.entries(account?.rejectedBy ?? {}).sort(([, a], [, b]) => b - a)
  const most = counts[0]?.[1] ?? 0
  if (counts.length === 0) return null
  return (
    <section aria-label={texts.byReason} className="cg-reasons">
      {counts.map(([reason, count]) => (
        <button key={reason} type="button" aria-pressed={reason === chosen} onClick={() => onChoose(reason === chosen ? '' : reason)}>
          <code>{reason}</code>
          <span className="cg-reason-words">{reasonWords(reason, texts)}</span>
          <span className="cg-bar" aria-hidden="true">
            <span style={{ width: `${(count / most) * 100}%` }} />
          </span>
          <span className="cg-reason-count">{format.count(count)}</span>
        </button>
      ))}
      <p className="cg-advice">{texts.kept}</p>
    </section>
  )
}
