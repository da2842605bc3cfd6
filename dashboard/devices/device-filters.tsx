import { Button, Select } from '@mantine/core'
import { useOrgName } from '../api/org-names.ts'
import { useKinds, useModels, useOverview } from '../api/queries.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import { useTableTexts } from '../table/table-texts.ts'
import { ViewButton } from '../table/view-button.tsx'
import { conditions, type ListView, lifeCycles, troubles } from './list-address.ts'
import { useListTexts } from './list-texts.ts'

/** What narrows the list of devices. */
export function DeviceFilters({ view, onChange }: { readonly view: ListView; readonly onChange: (part: Partial<ListView>) => void }) {
  const { title } = useLanguage()
  const texts = useListTexts()
  const table = useTableTexts()
  const kinds = useKinds().data ?? []
  const models = useModels().data ?? []
  const orgName = useOrgName()
  const orgs = useOverview().data?.orgs ?? []
  const shownModels = models.filter(model => view.kind === '' || model.kind === view.kind)
  const narrowed = [view.kind, view.state, view.org, view.model, view.life, view.with, view.bbox].some(value => value !== '')
  return (
    <div className="cg-filters">
      <Choice
        label={table.kind}
        value={view.kind}
        all={table.allKinds}
        options={kinds.map(kind => ({ value: kind.id, label: title(kind.title) }))}
        onChange={kind => onChange({ kind, model: '' })}
      />
      <Choice
        label={texts.state}
        value={view.state}
        all={texts.anyState}
        options={conditions.map(value => ({ value, label: texts.states[value] }))}
        onChange={state => onChange({ state })}
      />
      <Choice
        label={texts.trouble}
        value={view.with}
        all={texts.anyTrouble}
        options={troubles.map(value => ({ value, label: texts.troubles[value] }))}
        onChange={trouble => onChange({ with: trouble })}
      />
      <Choice
        label={table.organisation}
        value={view.org}
        all={table.allOrgs}
        options={orgs.map(({ org }) => ({ value: org, label: orgName(org) }))}
        onChange={org => onChange({ org })}
      />
      <Choice
        label={texts.model}
        value={view.model}
        all={texts.allModels}
        options={shownModels.map(model => ({ value: model.id, label: model.id }))}
        onChange={model => onChange({ model })}
      />
      <Choice
        label={texts.lifeCycle}
        value={view.life}
        all={texts.anyLife}
        options={lifeCycles.map(value => ({ value, label: texts.lives[value] }))}
        onChange={life => onChange({ life })}
      />
      <ViewButton bbox={view.bbox} onChange={bbox => onChange({ bbox })} />
      {narrowed && (
        <Button size="sm" variant="subtle" onClick={() => onChange({ kind: '', state: '', org: '', model: '', life: '', with: '', bbox: '' })}>
          {table.clear}
        </Button>
      )}
    </div>
  )
}

/** One choice among a few, or all of them. */
export function Choice(props: {
  readonly label: string
  readonly value: string
  /** What it says when nothing is chosen; absent: something always is. */
  readonly all?: string
  readonly options: readonly { readonly value: string; readonly label: string }[]
  readonly onChange: (value: string) => void
}) {
  const { label, value, all, options, onChange } = props
  // What the address names and nobody knows is shown as it is.
  const unknown = value !== '' && !options.some(option => option.value === value) ? [{ value, label: value }] : []
  return (
    <Select
      size="sm"
      aria-label={label}
      value={value}
      allowDeselect={false}
      searchable={options.length > 12}
      data={[...(all === undefined ? [] : [{ value: '', label: all }]), ...options, ...unknown]}
      onChange={next => onChange(next ?? '')}
    />
  )
}
