import { Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Grant } from '../session/session-types.ts'
import { FormEnd, Refusal } from '../shell/form-parts.tsx'
import { GrantsEditor, useOwnOrgs } from './grants-editor.tsx'
import { type InvitationLink, invite, personPath, usePeopleChange } from './people-queries.ts'
import { usePeopleTexts } from './people-texts.ts'
import type { Person } from './people-types.ts'

/** Adds somebody, and makes the link with which they set a password; or changes what they are called and their roles. */
export function PersonForm(props: {
  readonly person: Person | undefined
  readonly onDone: (link: InvitationLink | undefined) => void
  readonly onCancel: () => void
}) {
  const { person, onDone, onCancel } = props
  const texts = usePeopleTexts()
  const [id, setId] = useState(person?.id ?? '')
  const [name, setName] = useState(person?.name ?? '')
  const own = useOwnOrgs()
  const [grants, setGrants] = useState<readonly Grant[]>(() => person?.grants ?? own.slice(0, 1).map(org => ({ org, role: 'viewer' })))
  const save = usePeopleChange(async (api): Promise<InvitationLink | undefined> => {
    if (person !== undefined) {
      await api.patch<Person>(personPath(person.id), { ...(name.trim() !== (person.name ?? '') && { name: name.trim() }), grants })
      return undefined
    }
    await api.post<Person>('/people', { id: id.trim(), ...(name.trim() !== '' && { name: name.trim() }), grants })
    return await invite(api, id.trim())
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (id.trim() !== '') save.mutate(undefined, { onSuccess: onDone })
  }
  return (
    <form onSubmit={submit} aria-label={person === undefined ? texts.add : texts.edit(person.id)}>
      <Stack gap="sm">
        <Refusal error={save.error} />
        <TextInput
          label={texts.id}
          description={person === undefined ? texts.idHelp : undefined}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={128}
          value={id}
          readOnly={person !== undefined}
          onChange={event => setId(event.currentTarget.value)}
        />
        <TextInput
          label={texts.name}
          autoComplete="off"
          maxLength={128}
          value={name}
          readOnly={person?.elsewhere === true}
          onChange={event => setName(event.currentTarget.value)}
        />
        <GrantsEditor grants={grants} onChange={setGrants} />
        <FormEnd send={person === undefined ? texts.addButton : texts.save} busy={save.isPending} onCancel={onCancel} />
      </Stack>
    </form>
  )
}
