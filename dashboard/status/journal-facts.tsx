import { Progress } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Health } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useStatusTexts } from './status-texts.ts'

/** How full the journal is, and what it says of itself. */
export function JournalFacts({ journal }: { readonly journal: NonNullable<Health['journal']> }) {
  const texts = useStatusTexts()
  const format = useFormat()
  const share = journal.budgetBytes > 0 ? (journal.bytes / journal.budgetBytes) * 100 : 0
  const state = { normal: texts.page.normal, pressed: texts.page.pressed, full: texts.page.full, failing: texts.page.journalFailing }[journal.state]
  return (
    <>
      <dl className="cg-facts">
        <Fact name={texts.page.journalState}>
          <span className={journal.state === 'normal' ? 'cg-good' : 'cg-bad'}>{state}</span>
        </Fact>
        <Fact name={texts.page.used}>{texts.page.ofBudget(format.bytes(journal.bytes), format.bytes(journal.budgetBytes))}</Fact>
        <Fact name={texts.page.segments}>{format.count(journal.segments)}</Fact>
        <Fact name={texts.page.unsynced}>{format.count(journal.unsynced)}</Fact>
      </dl>
      {journal.advice && <p className="cg-advice">{journal.advice}</p>}
      <Progress value={share} size="sm" mt="xs" color={share > 90 ? 'red' : 'blue'} aria-label={texts.page.used} />
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
