import './plan.css'
import { useFormat } from '../format/format-provider.tsx'
import { useModelTexts } from './model-texts.ts'

/** As many as there are colours of kinds. */
const COLOURS = 6

/** A part of a line's time, 0 to 1, and what takes it. */
export interface BudgetPart {
  readonly key: string
  readonly name: string
  readonly share: number
}

/** A line's time as a bar: who takes how much of it, and what is left. Beyond the whole it is cut off, and drawn as too much. */
export function TimeBudget({ parts }: { readonly parts: readonly BudgetPart[] }) {
  const texts = useModelTexts()
  const format = useFormat()
  const total = parts.reduce((sum, { share }) => sum + share, 0)
  const whole = Math.max(1, total)
  const words = parts.map(({ name, share }) => `${name} ${format.percent(share)}`)
  return (
    <div className="cg-budget" role="img" aria-label={`${texts.budget}: ${words.join(', ')}`} data-over={total > 1}>
      {parts.map(({ key, name, share }, index) => (
        <span key={key} data-colour={index % COLOURS} title={`${name}: ${format.percent(share)}`} style={{ width: `${(share / whole) * 100}%` }} />
      ))}
      {total < 1 && <em>{`${texts.free} ${format.percent(1 - total)}`}</em>}
    </div>
  )
}
