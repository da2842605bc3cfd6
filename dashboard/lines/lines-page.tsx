import './lines.css'
import { Loader, Title } from '@mantine/core'
import { useSearchParams } from 'react-router'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { baudFrom } from '../models/models-address.ts'
import { maintainsAll } from '../session/rights.ts'
import { useSession } from '../session/session-queries.ts'
import { withWords } from '../shell/address.ts'
import { ForbiddenPage, isForbidden } from '../shell/forbidden-page.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { DtuTable } from './dtu-table.tsx'
import { useDtus, useLines } from './line-queries.ts'
import { LineTable } from './line-table.tsx'
import { useLineTexts } from './line-texts.ts'

/** The lines on which devices are asked, and the DTUs that dialled in. The line and the DTU that are open stand in the address. */
export default function LinesPage() {
  const text = useText()
  const texts = useLineTexts()
  const overall = maintainsAll(useSession().data)
  const lines = useLines()
  const dtus = useDtus()
  const [parameters, setParameters] = useSearchParams()
  const set = (words: Readonly<Record<string, string>>) => setParameters(before => withWords(before, words), { replace: true })
  useTitle(texts.title)
  if (isForbidden(lines.error)) return <ForbiddenPage title={texts.title} words={texts.forbidden} ask="engineer" />
  return (
    <div className="cg-page">
      <div className="cg-page-head">
        <Title order={1}>{texts.title}</Title>
      </div>
      <p className="cg-advice">
        {texts.intro} {!overall && texts.introOwn}
      </p>
      {(lines.isPending || dtus.isPending) && <Loader size="sm" aria-label={text.app.loading} />}
      <section className="cg-lines">
        <Title order={2}>{texts.lines}</Title>
        {lines.isError && <ProblemView error={lines.error} onRetry={() => void lines.refetch()} />}
        {lines.data?.length === 0 && <NoLines overall={overall} />}
        {lines.data && lines.data.length > 0 && (
          <LineTable
            lines={lines.data}
            opened={parameters.get('line') ?? ''}
            onOpen={line => set({ line })}
            baud={baudFrom(parameters)}
            onBaud={baud => set({ baud: String(baud) })}
          />
        )}
      </section>
      <section className="cg-lines">
        <Title order={2}>{texts.dtus}</Title>
        <Dtus answer={dtus} overall={overall} />
      </section>
    </div>
  )
}

function NoLines({ overall }: { readonly overall: boolean }) {
  const texts = useLineTexts()
  return overall ? <EmptyView title={texts.noLines} advice={texts.noLinesAdvice} /> : <EmptyView title={texts.noOwnLines} advice={texts.noOwnLinesAdvice} />
}

function Dtus({ answer, overall }: { readonly answer: ReturnType<typeof useDtus>; readonly overall: boolean }) {
  const texts = useLineTexts()
  const format = useFormat()
  const [parameters, setParameters] = useSearchParams()
  const { data } = answer
  if (answer.isError) return <ProblemView error={answer.error} onRetry={() => void answer.refetch()} />
  if (!data) return null
  if (!data.listening) return <EmptyView title={texts.notListening} advice={texts.notListeningAdvice} />
  if (data.total === 0) return overall ? <EmptyView title={texts.noDtus} advice={texts.noDtusAdvice} /> : <EmptyView title={texts.noOwnDtus} />
  return (
    <>
      <DtuTable dtus={data.dtus} opened={parameters.get('dtu') ?? ''} onOpen={dtu => setParameters(before => withWords(before, { dtu }), { replace: true })} />
      {data.total > data.dtus.length && <p className="cg-advice">{texts.more(format.count(data.total - data.dtus.length))}</p>}
    </>
  )
}
