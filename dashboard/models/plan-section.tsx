import './plan.css'
import { useFormat } from '../format/format-provider.tsx'
import { Choice } from '../table/choice.tsx'
import { useModelTexts } from './model-texts.ts'
import type { ModelSheet } from './model-types.ts'
import { bauds } from './models-address.ts'
import { requestText } from './point-words.ts'
import { PollsTable } from './polls-table.tsx'
import { RegisterPicture } from './register-picture.tsx'
import { TimeBudget } from './time-budget.tsx'

/** Above this part of its time a line has hardly room for what is asked again. */
const FULL = 0.8

interface PlanSectionProps {
  readonly sheet: ModelSheet
  readonly kind: string
  readonly baud: number
  readonly onBaud: (baud: number) => void
}

/** How a model is asked: which registers together, how often, and what that takes of a line of some speed. */
export function PlanSection({ sheet, kind, baud, onBaud }: PlanSectionProps) {
  const texts = useModelTexts()
  const format = useFormat()
  const { plan, points } = sheet
  if (!plan) return <p className="cg-advice">{texts.notAsked}</p>
  const { polls, pauseMs, utilisation } = plan
  const most = Math.floor(FULL / utilisation)
  return (
    <div className="cg-plan">
      <div className="cg-filters">
        <Choice
          label={texts.speed}
          value={String(baud)}
          options={bauds.map(each => ({ value: String(each), label: texts.baud(format.count(each)) }))}
          onChange={value => onBaud(Number(value))}
        />
        <p className="cg-plan-words" data-over={utilisation > 1}>
          {texts.onePart(format.percent(utilisation), format.count(plan.baud))} {most >= 1 ? texts.fits(format.count(most)) : texts.tooMuch}
        </p>
      </div>
      <TimeBudget
        parts={polls.map((poll, index) => ({ key: String(index), name: requestText(poll.what, poll.place, texts), share: poll.ms / poll.everyMs }))}
      />
      <RegisterPicture polls={polls} points={points} kind={kind} />
      <PollsTable polls={polls} label={texts.plan} />
      <p className="cg-advice">
        {texts.reckoned} {pauseMs > 0 && texts.pause(`${format.count(pauseMs)} ms`)}
      </p>
    </div>
  )
}
