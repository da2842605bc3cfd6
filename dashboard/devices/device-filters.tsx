import { Button } from '@mantine/core'
import { useModels } from '../api/queries.ts'
import { Choice, KindChoice, OrgChoice } from '../table/choice.tsx'
import { useTableTexts } from '../table/table-texts.ts'
import { ViewButton } from '../table/view-button.tsx'
import { conditions, type ListView, lifeCycles, troubles } from './list-address.ts'
import { useListTexts } from './list-texts.ts'

/** What narrows the list of devices. */
export function DeviceFilters({ view, onChange }: { readonly view: ListView; readonly onChange: (part: Partial<ListView>) => void }) {
  const texts = useListTexts()
  const table = useTableTexts()
  const models = useModels().data ?? []
  const shownModels = models.filter(model => view.kind === '' || model.kind === view.kind)
  const narrowed = [view.kind, view.state, view.org, view.model, view.life, view.with, view.bbox].some(value => value !== '')
  return (
    <div className="cg-filters">
      <KindChoice value={view.kind} onChange={kind => onChange({ kind, model: '' })} />
      <Choice
        label={table.state}
        value={view.state}
        all={table.anyState}
        options={conditions.map(value => ({ value, label: table.conditions[value] }))}
        onChange={state => onChange({ state })}
      />
      <Choice
        label={texts.trouble}
        value={view.with}
        all={texts.anyTrouble}
        options={troubles.map(value => ({ value, label: texts.troubles[value] }))}
        onChange={trouble => onChange({ with: trouble })}
      />
      <OrgChoice value={view.org} onChange={org => onChange({ org })} />
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
