import { Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Organisation } from '../api/org-names.ts'
import { FormEnd, Refusal } from '../shell/form-parts.tsx'
import { orgPath, useOrgChange } from './org-queries.ts'
import { useOrgsTexts } from './orgs-texts.ts'

const LANGUAGES = ['zh', 'en'] as const

/** Adds an organisation, or says what one is called. */
export function OrgForm(props: { readonly org: Organisation | undefined; readonly title: string; readonly onDone: () => void }) {
  const { org, title, onDone } = props
  const texts = useOrgsTexts()
  const [id, setId] = useState(org?.id ?? '')
  const [names, setNames] = useState({ zh: org?.name.zh ?? '', en: org?.name.en ?? '' })
  const save = useOrgChange(async api => {
    const given = LANGUAGES.map(language => [language, names[language].trim()] as const)
    if (org === undefined) await api.post('/orgs', { id: id.trim(), name: Object.fromEntries(given.filter(([, name]) => name !== '')) })
    else await api.patch(orgPath(org.id), { name: Object.fromEntries(given.map(([language, name]) => [language, name === '' ? null : name])) })
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (id.trim() !== '') save.mutate(undefined, { onSuccess: onDone })
  }
  return (
    <form onSubmit={submit} aria-label={title}>
      <Stack gap="sm">
        <Refusal error={save.error} />
        <TextInput
          label={texts.id}
          description={org === undefined ? texts.idHelp : undefined}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={64}
          value={id}
          readOnly={org !== undefined}
          onChange={event => setId(event.currentTarget.value)}
        />
        {LANGUAGES.map(language => (
          <TextInput
            key={language}
            label={texts[language]}
            description={language === 'en' ? texts.nameHelp : undefined}
            autoComplete="off"
            lang={language}
            maxLength={100}
            value={names[language]}
            onChange={event => {
              const { value } = event.currentTarget
              setNames(before => ({ ...before, [language]: value }))
            }}
          />
        ))}
        <FormEnd send={org === undefined ? texts.addButton : texts.save} busy={save.isPending} onCancel={onDone} />
      </Stack>
    </form>
  )
}
