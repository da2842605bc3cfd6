import './rejected.css'
import { Button, Loader, Title } from '@mantine/core'
import { useSearchParams } from 'react-router'
import { useTotalAccount } from '../api/queries.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { useAllRejected } from './rejected-queries.ts'
import { RejectedTable } from './rejected-table.tsx'
import { reasonWords, useRejectedTexts } from './rejected-texts.ts'

/** How frames that stay in the journal are decoded again. */
const REDECODE = 'citygate journal redecode'

/** Frames that gave no reading, counted by reason; a reason that is chosen stands in the address. */
export default function RejectedPage() {
  const text = useText()
  const texts = useRejectedTexts()
  const [parameters, setParameters] = useSearchParams()
  const reason = parameters.get('reason') ?? ''
  const rejected = useAllRejected(reason)
  const frames = rejected.data?.pages.flatMap(page => page.frames) ?? []
  useTitle(texts.title)
  return (
    <div className="cg-page">
      <div className="cg-page-head">
        <Title order={1}>{texts.title}</Title>
      </div>
      <p className="cg-advice">
        {texts.intro} {texts.redecode} <code>{REDECODE}</code>
      </p>
      <Reasons chosen={reason} onChoose={next => setParameters(next === '' ? {} : { reason: next }, { replace: true })} />
      {rejected.isPending && <Loader size="sm" aria-label={text.app.loading} />}
      {rejected.isError && <ProblemView error={rejected.error} onRetry={() => void rejected.refetch()} />}
      {rejected.data &&
        frames.length === 0 &&
        !rejected.hasNextPage &&
        (reason === '' ? <EmptyView title={texts.none} advice={texts.noneAdvice} /> : <EmptyView title={texts.noneOfReason} advice={texts.kept} />)}
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
function Reasons({ chosen, onChoose }: { readonly chosen: string; readonly onChoose: (reason: string) => void }) {
  const texts = useRejectedTexts()
  const format = useFormat()
  const account = useTotalAccount().data
  const counts = Object.entries(account?.rejectedBy ?? {}).sort(([, a], [, b]) => b - a)
  const most = counts[0]?.[1] ?? 0
  if (counts.length === 0) return null
  return (
    <section aria-label={texts.byReason} className="cg-reasons">
      {counts.map(([reason, count]) => (
        <button key={reason} type="button" aria-pressed={reason === chosen} onClick={() => onChoose(reason === chosen ? '' : reason)}>
          <code>{reason}</code>
          <span className="cg-reason-words">{reasonWords(reason, texts)}</span>
          <span className="cg-reason-bar" aria-hidden="true">
            <span style={{ width: `${(count / most) * 100}%` }} />
          </span>
          <span className="cg-reason-count">{format.count(count)}</span>
        </button>
      ))}
      <p className="cg-advice">{texts.kept}</p>
    </section>
  )
}
