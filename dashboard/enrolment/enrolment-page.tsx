import './enrolment.css'
import { Button, Group, Loader, SegmentedControl, Title } from '@mantine/core'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { ForbiddenPage, isForbidden } from '../shell/forbidden-page.tsx'
import { Dialog, Question } from '../shell/form-parts.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { DecidedNotice } from './decided-notice.tsx'
import { useDecide, useNewcomers } from './enrolment-queries.ts'
import { useEnrolmentTexts } from './enrolment-texts.ts'
import type { Decided, Decision } from './enrolment-types.ts'
import { ImportSection } from './import-section.tsx'
import { KeysSection } from './keys-section.tsx'
import { NewcomersTable } from './newcomers-table.tsx'

const example = 'citygate provisioning add --org pudong-bus --model citygate-bus-unit --most 200 --expires 7d'

/** New devices that wait to be approved. The address says whether those are shown that were refused (`state=refused`). */
export default function EnrolmentPage() {
  const text = useText()
  const texts = useEnrolmentTexts()
  const format = useFormat()
  const [parameters, setParameters] = useSearchParams()
  const state = parameters.get('state') === 'refused' ? 'refused' : 'waiting'
  const newcomers = useNewcomers(state)
  const { decide, progress } = useDecide()
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const [decided, setDecided] = useState<Decided | undefined>(undefined)
  const [asking, setAsking] = useState(false)
  useTitle(texts.title)
  if (isForbidden(newcomers.error)) return <ForbiddenPage title={texts.title} words={texts.forbidden} ask="engineer" />
  const shown = newcomers.data?.enrolments ?? []
  // Somebody else may have decided about one meanwhile.
  const chosen = shown.filter(({ device }) => ticked.has(device))
  const doubtful = chosen.filter(({ contested }) => contested > 0).map(({ device }) => device)
  const run = (decision: Decision) => {
    setAsking(false)
    decide.mutate(
      { decision, devices: chosen.map(({ device }) => device) },
      {
        onSuccess: outcome => {
          setDecided(outcome)
          setTicked(new Set(outcome.failed.map(({ device }) => device)))
        },
      },
    )
  }
  const show = (value: string) => {
    setTicked(new Set())
    setParameters(value === 'refused' ? { state: value } : {})
  }
  const count = format.count(chosen.length)
  return (
    <div className="cg-page">
      <div className="cg-page-head">
        <Title order={1}>{texts.title}</Title>
        <SegmentedControl
          size="xs"
          aria-label={texts.states}
          value={state}
          onChange={show}
          data={[
            { value: 'waiting', label: texts.waiting },
            { value: 'refused', label: texts.refused },
          ]}
        />
        {newcomers.data && newcomers.data.total > shown.length && (
          <span className="cg-page-count">{texts.shown(format.count(shown.length), format.count(newcomers.data.total))}</span>
        )}
      </div>
      <p className="cg-intro">{texts.intro}</p>
      {decided && <DecidedNotice decided={decided} onClose={() => setDecided(undefined)} />}
      {newcomers.isPending && <Loader size="sm" aria-label={text.app.loading} />}
      {newcomers.isError && !newcomers.data && <ProblemView error={newcomers.error} onRetry={() => void newcomers.refetch()} />}
      {newcomers.data && shown.length === 0 && (state === 'waiting' ? <HowTo /> : <EmptyView title={texts.noneRefused} advice={texts.noneRefusedAdvice} />)}
      {shown.length > 0 && (
        <>
          <Group gap="xs" mb="xs" className="cg-decide">
            <Button
              size="compact-sm"
              disabled={chosen.length === 0}
              loading={decide.isPending}
              onClick={() => (doubtful.length > 0 ? setAsking(true) : run('approve'))}
            >
              {texts.approve(count)}
            </Button>
            {state === 'waiting' && (
              <Button size="compact-sm" variant="default" disabled={chosen.length === 0 || decide.isPending} onClick={() => run('refuse')}>
                {texts.refuse(count)}
              </Button>
            )}
            <span className="cg-enrolment-hint" role="status">
              {decide.isPending ? texts.progress(format.count(progress), count) : chosen.length === 0 ? texts.noneChosen : null}
            </span>
          </Group>
          <NewcomersTable newcomers={shown} chosen={new Set(chosen.map(({ device }) => device))} onChoose={setTicked} />
        </>
      )}
      <KeysSection />
      <ImportSection />
      <Dialog opened={asking} onClose={() => setAsking(false)} title={texts.sureTitle}>
        <Question
          words={texts.sure(doubtful.slice(0, 10).join(', '))}
          yes={texts.sureYes}
          busy={false}
          onYes={() => run('approve')}
          onNo={() => setAsking(false)}
        />
      </Dialog>
    </div>
  )
}

/** Stands where nobody waits: how devices get there. */
function HowTo() {
  const texts = useEnrolmentTexts()
  return (
    <section className="cg-howto">
      <p className="cg-howto-none">{texts.noneWaiting}</p>
      <Title order={2}>{texts.how}</Title>
      <ol>
        <li>
          {texts.how1}
          <code>{example}</code>
        </li>
        <li>{texts.how2}</li>
        <li>{texts.how3}</li>
      </ol>
    </section>
  )
}
