import { Autocomplete, Checkbox, NativeSelect, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useOrgName } from '../api/org-names.ts'
import { useKinds, useOverview } from '../api/queries.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { administeredOrgs } from '../session/rights.ts'
import { useSession } from '../session/session-queries.ts'
import { everyOrg } from '../session/session-types.ts'
import { FormEnd, Refusal } from '../shell/form-parts.tsx'
import { type Ending, endings, endOf } from './token-ending.ts'
import { useCreateToken } from './token-queries.ts'
import type { CreatedToken } from './token-types.ts'
import { useTokensTexts } from './tokens-texts.ts'

/** Makes a token. Whoever administers one organisation has no choice of it. */
export function TokenForm({ onDone, onCancel }: { readonly onDone: (created: CreatedToken) => void; readonly onCancel: () => void }) {
  const texts = useTokensTexts()
  const { language } = useLanguage()
  const { timeZone } = useFormat()
  const kinds = useKinds().data ?? []
  const administered = administeredOrgs(useSession().data)
  const orgName = useOrgName()
  const known = useOverview().data?.orgs.map(one => one.org) ?? []
  const everywhere = administered.includes(everyOrg)
  const orgs = everywhere ? known : [...new Set(administered)]
  const [chosenOrg, setOrg] = useState<string | undefined>(undefined)
  const org = chosenOrg ?? (orgs.length === 1 ? orgs[0] : undefined) ?? ''
  const [title, setTitle] = useState('')
  const [kind, setKind] = useState('')
  const [command, setCommand] = useState(false)
  const [ending, setEnding] = useState<Ending>('90d')
  const [lastDay, setLastDay] = useState('')
  const [dayWrong, setDayWrong] = useState(false)
  const create = useCreateToken()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const end = endOf(ending, lastDay, Date.now(), timeZone)
    setDayWrong(end === undefined)
    if (end === undefined || org.trim() === '') return
    const draft = {
      org: org.trim(),
      command,
      ...(kind !== '' && { kind }),
      ...(title.trim() !== '' && { title: title.trim() }),
      ...(end.at !== undefined && { expiresAt: end.at }),
    }
    create.mutate(draft, { onSuccess: onDone })
  }
  const endingWords = { '30d': texts.days(30), '90d': texts.days(90), '365d': texts.year, day: texts.onDay, never: texts.neverEnds }
  return (
    <form onSubmit={submit} aria-label={texts.add}>
      <Stack gap="sm">
        <Refusal error={create.error} />
        <TextInput
          label={texts.purpose}
          description={texts.purposeHelp}
          autoComplete="off"
          maxLength={100}
          value={title}
          onChange={event => setTitle(event.currentTarget.value)}
        />
        {everywhere ? (
          <Autocomplete label={texts.org} required withAsterisk={false} value={org} data={orgs} maxLength={64} onChange={setOrg} />
        ) : (
          <NativeSelect
            label={texts.org}
            value={org}
            data={orgs.map(value => ({ value, label: orgName(value) }))}
            onChange={event => setOrg(event.currentTarget.value)}
          />
        )}
        <NativeSelect
          label={texts.kind}
          value={kind}
          data={[{ value: '', label: texts.everyKind }, ...kinds.map(one => ({ value: one.id, label: one.title[language] }))]}
          onChange={event => setKind(event.currentTarget.value)}
        />
        <Checkbox label={texts.commandLabel} description={texts.commandHelp} checked={command} onChange={event => setCommand(event.currentTarget.checked)} />
        <NativeSelect
          label={texts.endsIn}
          value={ending}
          data={endings.map(value => ({ value, label: endingWords[value] }))}
          onChange={event => setEnding(endings.find(one => one === event.currentTarget.value) ?? '90d')}
        />
        {ending === 'day' && (
          <TextInput
            type="date"
            label={texts.lastDay}
            description={texts.lastDayHelp}
            value={lastDay}
            error={dayWrong ? texts.dayMissing : undefined}
            onChange={event => setLastDay(event.currentTarget.value)}
          />
        )}
        <FormEnd send={texts.addButton} busy={create.isPending} onCancel={onCancel} />
      </Stack>
    </form>
  )
}
