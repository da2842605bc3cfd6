import { Progress } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Health } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'

/** How full the journal is, and what it says of itself. */
export function JournalFacts({ journal }: { readonly journal: NonNullable<Health['journal']> }) {
  const text = useText()
  const format = useFormat()
  const share = journal.budgetBytes > 0 ? (journal.bytes / journal.budgetBytes) * 100 : 0
  const state = { normal: text.status.normal, pressed: text.status.pressed, full: text.status.full, failing: text.status.journalFailing }[journal.state]
  return (
    <>
      <dl className="cg-facts">
        <Fact name={text.status.journalState}>
          <span className={journal.state === 'normal' ? 'cg-good' : 'cg-bad'}>{state}</span>
        </Fact>
        <Fact name={text.status.used}>{text.status.ofBudget(format.bytes(journal.bytes), format.bytes(journal.budgetBytes))}</Fact>
        <Fact name={text.status.segments}>{format.count(journal.segments)}</Fact>
        <Fact name={text.status.unsynced}>{format.count(journal.unsynced)}</Fact>
      </dl>
      {journal.advice && <p className="cg-advice">{journal.advice}</p>}
      <Progress value={share} size="sm" mt="xs" color={share > 90 ? 'red' : 'blue'} aria-label={text.status.used} />
    </>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
