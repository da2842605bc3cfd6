import { Button, Progress } from '@mantine/core'
import { useFormat } from '../format/format-provider.tsx'
import { Refusal } from '../shell/form-parts.tsx'
import { saveFile } from '../table/save-file.ts'
import type { Secret } from './import-events.ts'
import { useImportTexts } from './import-texts.ts'
import { ProblemPages } from './problem-pages.tsx'
import type { ImportState } from './use-import.ts'

/** How far a file is: what it would do, what is wrong with it, how much of it is written, and the secrets that came of it. */
export function ImportProgress(props: {
  readonly state: ImportState
  /** It was written before, as a whole or in part, and nobody saved its secrets. */
  readonly begun: boolean
  readonly onWrite: () => void
  readonly onCheck: () => void
  readonly onSaved: () => void
}) {
  const { state, begun, onWrite, onCheck, onSaved } = props
  const { phase, rows, checked, done, of, secrets, error } = state
  const texts = useImportTexts()
  const format = useFormat()
  const broken = error !== undefined
  const toDo = checked !== undefined && (checked.added + checked.changed > 0 || begun)
  return (
    <div className="cg-import-result">
      {phase === 'checking' && !broken && <p role="status">{rows === 0 ? texts.checking : texts.checkingLines(format.count(rows))}</p>}
      {checked && phase !== 'checking' && (
        <p role="status">
          {texts.rows(format.count(checked.rows))}: {texts.added(format.count(checked.added))} · {texts.changed(format.count(checked.changed))} ·{' '}
          {texts.unchanged(format.count(checked.unchanged))}
        </p>
      )}
      {checked && checked.problemCount > 0 && <ProblemPages problems={checked.problems} count={checked.problemCount} />}
      {phase === 'checked' && checked?.problemCount === 0 && (
        <>
          <p>{toDo ? texts.fine : texts.nothing}</p>
          {toDo && (
            <Button size="compact-sm" onClick={onWrite}>
              {begun ? texts.goOn : texts.write}
            </Button>
          )}
        </>
      )}
      {phase === 'writing' && (
        <div className="cg-import-writing">
          <Progress value={of === 0 ? 0 : (done / of) * 100} aria-label={texts.writing} size="md" />
          <p>{texts.written(format.count(done), format.count(of))}</p>
        </div>
      )}
      {broken && (
        <>
          <Refusal error={error} />
          <p className="cg-import-broken">{phase === 'writing' ? texts.stays : null}</p>
          <Button size="compact-sm" variant="default" onClick={phase === 'writing' ? onWrite : onCheck}>
            {phase === 'writing' ? texts.goOn : texts.again}
          </Button>
        </>
      )}
      {phase === 'written' && <p role="status">{texts.done}</p>}
      {phase === 'written' && secrets.length > 0 && (
        <p>
          {texts.secrets(format.count(secrets.length))}{' '}
          <Button
            size="compact-sm"
            onClick={() => {
              saveFile(secretsFile(secrets), 'secrets.csv')
              onSaved()
            }}
          >
            {texts.download}
          </Button>
        </p>
      )}
    </div>
  )
}

/** A file with secrets, for the browser to save. They are nowhere but in the page. */
function secretsFile(secrets: readonly Secret[]): Blob {
  return new Blob([['id,secret', ...secrets.map(({ id, secret }) => `${id},"${secret.replaceAll('"', '""')}"`)].join('\n')], { type: 'text/csv;charset=utf-8' })
}
