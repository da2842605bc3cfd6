import { Button } from '@mantine/core'
import { useState } from 'react'
import { useFormat } from '../format/format-provider.tsx'
import { useImportTexts } from './import-texts.ts'

const PAGE = 20

/** What is wrong with a file, line by line, a page at a time. */
export function ProblemPages({ problems, count }: { readonly problems: readonly string[]; readonly count: number }) {
  const texts = useImportTexts()
  const format = useFormat()
  const [first, setFirst] = useState(0)
  const shown = problems.slice(first, first + PAGE)
  return (
    <div className="cg-import-problems">
      <p className="cg-alert-colour">{texts.problems(format.count(count))}</p>
      <ul>
        {shown.map(problem => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
      {problems.length > PAGE && (
        <div className="cg-import-paging">
          <Button size="compact-xs" variant="default" disabled={first === 0} onClick={() => setFirst(first - PAGE)}>
            {texts.before}
          </Button>
          <span role="status">{texts.shown(format.count(first + 1), format.count(first + shown.length), format.count(problems.length))}</span>
          <Button size="compact-xs" variant="default" disabled={first + PAGE >= problems.length} onClick={() => setFirst(first + PAGE)}>
            {texts.next}
          </Button>
        </div>
      )}
      {count > problems.length && <p className="cg-advice">{texts.moreProblems(format.count(count - problems.length))}</p>}
    </div>
  )
}
