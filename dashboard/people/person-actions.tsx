import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import type { ApiClient } from '../api/api-client.ts'
import { Refusal } from '../shell/form-parts.tsx'
import { type InvitationLink, invite, personPath, usePeopleChange } from './people-queries.ts'
import { usePeopleTexts } from './people-texts.ts'
import type { Person } from './people-types.ts'

/** What administrators do to somebody besides naming them. Removing asks once more. */
export function PersonActions(props: { readonly person: Person; readonly onLink: (link: InvitationLink) => void; readonly onRemoved: () => void }) {
  const { person, onLink, onRemoved } = props
  const texts = usePeopleTexts()
  const [sure, setSure] = useState(false)
  const link = usePeopleChange((api: ApiClient) => invite(api, person.id))
  const run = usePeopleChange(async (api: ApiClient, act: (api: ApiClient) => Promise<unknown>) => {
    await act(api)
  })
  const error = link.error ?? run.error
  const path = personPath(person.id)
  return (
    <>
      <Group gap="xs" mt="md">
        <Button size="compact-sm" variant="default" onClick={() => link.mutate(undefined, { onSuccess: onLink })}>
          {texts.linkOne}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => run.mutate(api => api.delete(`${path}/sessions`))}>
          {texts.endSessions}
        </Button>
        {person.secondFactor && (
          <Button size="compact-sm" variant="default" onClick={() => run.mutate(api => api.delete(`${path}/second-factor`))}>
            {texts.dropFactor}
          </Button>
        )}
        <Button size="compact-sm" variant="default" onClick={() => run.mutate(api => api.patch<Person>(path, { disabled: person.disabled === undefined }))}>
          {person.disabled ? texts.enable : texts.disable}
        </Button>
        {sure ? (
          <Button size="compact-sm" color="red" onClick={() => run.mutate(api => api.delete(path), { onSuccess: onRemoved })}>
            {texts.sureYes}
          </Button>
        ) : (
          <Button size="compact-sm" variant="default" c="var(--cg-alert)" onClick={() => setSure(true)}>
            {texts.remove}
          </Button>
        )}
      </Group>
      <p className="cg-advice" role="status">
        {sure ? texts.sure(person.id) : run.isSuccess ? texts.done : null}
      </p>
      <Refusal error={error} />
    </>
  )
}
