import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useText } from '../i18n/language-provider.tsx'
import { type AuditSearch, noSearch } from './audit-address.ts'
import { useAuditTexts } from './audit-texts.ts'

/** What is looked for. Asks when it is sent, not with every letter: a search may read the whole audit. */
export function AuditForm({ search, onSearch }: { readonly search: AuditSearch; readonly onSearch: (search: AuditSearch) => void }) {
  const texts = useAuditTexts()
  const text = useText()
  const [draft, setDraft] = useState(search)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSearch(draft)
  }
  const input = (name: keyof AuditSearch, more: { readonly placeholder?: string; readonly type?: 'date' } = {}) => (
    <TextInput
      size="sm"
      label={texts[name]}
      value={draft[name]}
      maxLength={256}
      onChange={event => {
        const { value } = event.currentTarget
        setDraft(before => ({ ...before, [name]: value }))
      }}
      {...more}
    />
  )
  const asked = Object.values(search).some(value => value !== '')
  return (
    <form className="cg-audit-form" onSubmit={submit} aria-label={texts.search}>
      {input('who')}
      {input('what', { placeholder: texts.whatExample })}
      {input('which', { placeholder: texts.whichExample })}
      {input('org')}
      {input('text')}
      {input('from', { type: 'date' })}
      {input('to', { type: 'date' })}
      <div className="cg-audit-buttons">
        <Button type="submit" size="sm">
          {texts.search}
        </Button>
        {asked && (
          <Button
            size="sm"
            variant="default"
            title={text.app.clear}
            onClick={() => {
              setDraft(noSearch)
              onSearch(noSearch)
            }}
          >
            {texts.reset}
          </Button>
        )}
      </div>
    </form>
  )
}
