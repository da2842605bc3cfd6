import { useText } from '../i18n/language-provider.tsx'

/** How a device is: heard of in time, stale, or never heard of; with a ring when its newest reading is flagged. */
export type ShownCondition = 'fresh' | 'flagged' | 'stale' | 'silent'

export function ConditionBadge({ condition }: { readonly condition: ShownCondition }) {
  const text = useText()
  const word = condition === 'silent' ? text.list.never : text.legend[condition]
  return (
    <span className="cg-condition" data-condition={condition}>
      <span className={`cg-dot cg-dot-${condition === 'silent' ? 'stale' : condition}`} />
      {word}
    </span>
  )
}
