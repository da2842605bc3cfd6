import { Button, Checkbox, Title } from '@mantine/core'
import { type ChangeEvent, useEffect, useState } from 'react'
import { Problem } from '../shell/form-parts.tsx'
import { ImportKeys } from './import-keys.ts'
import { ImportProgress } from './import-progress.tsx'
import { useImportTexts } from './import-texts.ts'
import { useImport } from './use-import.ts'

/** As the gateway takes it (gateway/api/resources/device-import.ts). It decides; this only tells early. */
const MOST_BYTES = 16 * 2 ** 20

/** A file with devices: checked as soon as it is chosen, written when somebody says so, and gone on with where it was left. */
export function ImportSection() {
  const texts = useImportTexts()
  const [keys] = useState(() => new ImportKeys(window.sessionStorage))
  const [update, setUpdate] = useState(false)
  const [file, setFile] = useState<File | undefined>(undefined)
  const [begun, setBegun] = useState(() => keys.begun())
  const { state, run, reset } = useImport()
  const tooLarge = file !== undefined && file.size > MOST_BYTES
  const check = (chosen: File | undefined, changes: boolean) => {
    reset()
    if (chosen !== undefined && chosen.size <= MOST_BYTES) void run({ file: chosen, update: changes })
  }
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = event.currentTarget.files?.[0]
    setFile(chosen)
    check(chosen, update)
  }
  const write = () => {
    if (file === undefined) return
    const key = keys.begin(file)
    setBegun(keys.begun())
    void run({ file, update, key })
  }
  const forget = (mark: { readonly name: string; readonly size: number }) => {
    keys.forget(mark)
    setBegun(keys.begun())
  }
  // Nothing to be saved: there is no reason to come back to it.
  const over = state.phase === 'written' && state.secrets.length === 0 ? file : undefined
  useEffect(() => {
    if (over === undefined) return
    keys.forget(over)
    setBegun(keys.begun())
  }, [over, keys])
  const busy = state.error === undefined && (state.phase === 'checking' || state.phase === 'writing')
  const others = begun.filter(mark => mark.name !== file?.name || mark.size !== file.size)
  return (
    <section className="cg-keys" aria-labelledby="cg-import-title">
      <Title order={2} id="cg-import-title">
        {texts.title}
      </Title>
      <p className="cg-intro">{texts.intro}</p>
      {others.map(mark => (
        <p key={`${mark.size}.${mark.name}`} className="cg-import-begun" role="status">
          {texts.begun(mark.name)}{' '}
          <Button size="compact-xs" variant="default" onClick={() => forget(mark)}>
            {texts.forget}
          </Button>
        </p>
      ))}
      <div className="cg-import-form">
        <label>
          <span>{texts.file}</span>
          <input type="file" accept=".csv,.xlsx,text/csv" disabled={busy && state.phase === 'writing'} onChange={choose} />
        </label>
        <Checkbox
          size="sm"
          label={texts.update}
          checked={update}
          disabled={busy && state.phase === 'writing'}
          onChange={event => {
            setUpdate(event.currentTarget.checked)
            check(file, event.currentTarget.checked)
          }}
        />
      </div>
      {tooLarge && <Problem>{texts.tooLarge}</Problem>}
      {file !== undefined && state.phase !== 'idle' && (
        <ImportProgress state={state} begun={keys.of(file) !== undefined} onWrite={write} onCheck={() => check(file, update)} onSaved={() => forget(file)} />
      )}
    </section>
  )
}
