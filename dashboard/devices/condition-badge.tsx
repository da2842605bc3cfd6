import { useText } from '../i18n/language-provider.tsx'

/** How a device is: heard of in time, stale, or never heard of; with a ring when its newest reading is flagged. */
export type ShownCondition = 'fresh' | 'flagged' | 'stale' | 'silent'

/** `word`: what is said instead of the usual. */
export function ConditionBadge({ condition, word }: { readonly condition: ShownCondition; readonly word?: string }) {
  const text = useText()
  return (
    <span className="cg-condition" data-condition={condition}>
      <span className={`cg-dot cg-dot-${condition === 'silent' ? 'stale' : condition}`} />
      {word ?? (condition === 'silent' ? text.list.never : text.legend[condition])}
    </span>
  )
}
