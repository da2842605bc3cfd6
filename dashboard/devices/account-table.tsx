import type { Account } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'

/** The sum of frames as an operator checks it: received on the left, where they went on the right. */
export function AccountTable({ account }: { readonly account: Account }) {
  const text = useText()
  const format = useFormat()
  const reasons = Object.entries(account.rejectedBy).sort(([, a], [, b]) => b - a)
  return (
    <>
      <dl className="cg-account">
        <Sum name={text.account.received} count={account.received} />
        <Sum name={text.account.stored} count={account.stored} />
        <Sum name={text.account.duplicate} count={account.duplicate} />
        <Sum name={text.account.rejected} count={account.rejected} bad={account.rejected > 0} />
        <Sum name={text.account.pending} count={account.pending} />
      </dl>
      {(reasons.length > 0 || account.flagged > 0) && (
        <ul className="cg-reasons">
          {account.flagged > 0 && (
            <li>
              <span>{text.account.flagged}</span>
              <span>{format.count(account.flagged)}</span>
            </li>
          )}
          {reasons.map(([reason, count]) => (
            <li key={reason}>
              <code>{reason}</code>
              <span>{format.count(count)}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function Sum({ name, count, bad = false }: { readonly name: string; readonly count: number; readonly bad?: boolean }) {
  const format = useFormat()
  return (
    <div data-bad={bad}>
      <dt>{name}</dt>
      <dd>{format.count(count)}</dd>
    </div>
  )
}
