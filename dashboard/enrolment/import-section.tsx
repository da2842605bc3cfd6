import { Alert, Button, Checkbox, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ChangeEvent, useState } from 'react'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { useServices } from '../services.tsx'
import { problemText } from '../shell/problem-view.tsx'
import { useImportTexts } from './import-texts.ts'
import { type ReadList, readList, secretsUrl, type TakenList } from './list-file.ts'

/** A file with devices: checked as soon as it is chosen, written when somebody says so. */
export function ImportSection() {
  const text = useText()
  const texts = useImportTexts()
  const { api } = useServices()
  const queries = useQueryClient()
  const [update, setUpdate] = useState(false)
  const [file, setFile] = useState<ReadList | undefined>(undefined)
  const take = useMutation({
    mutationFn: (asked: { readonly list: string; readonly update: boolean; readonly dryRun: boolean }) => api.post<TakenList>('/imports/devices', asked),
    onSuccess: taken => (taken.written ? queries.invalidateQueries({ queryKey: ['devices'] }) : undefined),
  })
  const check = (read: ReadList | undefined, changes: boolean) => {
    take.reset()
    if (read?.list !== undefined) take.mutate({ list: read.list, update: changes, dryRun: true })
  }
  const choose = async (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = event.currentTarget.files?.[0]
    const read = chosen && (await readList(chosen))
    setFile(read)
    check(read, update)
  }
  const list = file?.list
  return (
    <section className="cg-keys" aria-labelledby="cg-import-title">
      <Title order={2} id="cg-import-title">
        {texts.title}
      </Title>
      <p className="cg-intro">{texts.intro}</p>
      <div className="cg-import-form">
        <label>
          <span>{texts.file}</span>
          <input type="file" accept=".csv,text/csv" onChange={event => void choose(event)} />
        </label>
        <Checkbox
          size="sm"
          label={texts.update}
          checked={update}
          onChange={event => {
            setUpdate(event.currentTarget.checked)
            check(file, event.currentTarget.checked)
          }}
        />
      </div>
      {file?.problem && (
        <Alert color="red" role="alert" p="xs">
          {texts[file.problem]}
        </Alert>
      )}
      {take.isPending && <p role="status">{texts.checking}</p>}
      {take.isError && (
        <Alert color="red" role="alert" p="xs">
          {problemText(take.error, text)}
        </Alert>
      )}
      {take.data && <Taken taken={take.data} onWrite={() => list !== undefined && take.mutate({ list, update, dryRun: false })} />}
    </section>
  )
}

function Taken({ taken, onWrite }: { readonly taken: TakenList; readonly onWrite: () => void }) {
  const texts = useImportTexts()
  const format = useFormat()
  const { rows, added, changed, unchanged, problems, problemCount, secrets, written } = taken
  const toDo = added + changed > 0
  return (
    <div className="cg-import-result" role="status">
      <p>
        {texts.rows(format.count(rows))}: {texts.added(format.count(added))} · {texts.changed(format.count(changed))} ·{' '}
        {texts.unchanged(format.count(unchanged))}
      </p>
      {problemCount > 0 && (
        <>
          <p className="cg-alert-colour">{texts.problems(format.count(problemCount))}</p>
          <ul>
            {problems.map(problem => (
              <li key={problem}>{problem}</li>
            ))}
            {problemCount > problems.length && <li>{texts.moreProblems(format.count(problemCount - problems.length))}</li>}
          </ul>
        </>
      )}
      {problemCount === 0 && !written && <p>{toDo ? texts.fine : texts.nothing}</p>}
      {problemCount === 0 && !written && toDo && (
        <Button size="compact-sm" onClick={onWrite}>
          {texts.write}
        </Button>
      )}
      {written && <p>{texts.written}</p>}
      {secrets.length > 0 && (
        <p>
          {texts.secrets(format.count(secrets.length))}{' '}
          <a href={secretsUrl(secrets)} download="secrets.csv">
            {texts.download}
          </a>
        </p>
      )}
    </div>
  )
}
