import { Button, NumberInput, SegmentedControl, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Field, Kind } from '../api/types.ts'
import { useFormat, useGatewayNow } from '../format/format-provider.tsx'
import { dayOf } from '../format/wall-clock.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import { Choice, OrgChoice } from '../table/choice.tsx'
import { useTableTexts } from '../table/table-texts.ts'
import { ViewButton } from '../table/view-button.tsx'
import { dayChoices, type TableView } from './table-address.ts'
import { useTablesTexts } from './tables-texts.ts'

/** What narrows a table over time. Which parts there are is the page's to say. */
export function TableFilters(props: {
  readonly view: TableView
  readonly kinds: readonly Kind[]
  readonly fields: readonly (readonly [string, Field])[]
  readonly every?: boolean
  readonly limit?: boolean
  readonly onChange: (part: Partial<TableView>) => void
  readonly children?: ReactNode
}) {
  const { view, kinds, fields, onChange } = props
  const { text, title } = useLanguage()
  const texts = useTablesTexts()
  const table = useTableTexts()
  const kind = kinds.find(({ id }) => id === view.kind)
  const narrowed = [view.org, view.district, view.bbox, view.state, view.route].some(value => value !== '')
  return (
    <div className="cg-filters">
      <Choice
        label={table.kind}
        value={view.kind}
        options={kinds.map(({ id, title: kindTitle }) => ({ value: id, label: title(kindTitle) }))}
        onChange={id => onChange({ kind: id, field: '', limit: '' })}
      />
      {kind && fields.length > 1 && (
        <Choice
          label={texts.field}
          value={view.field}
          options={fields.map(([name, field]) => ({ value: name, label: title(field.title) }))}
          onChange={field => onChange({ field, limit: '' })}
        />
      )}
      {props.limit && (
        <NumberInput
          size="sm"
          className="cg-limit"
          aria-label={texts.limit}
          title={texts.limitHelp}
          placeholder={texts.limit}
          value={view.limit}
          hideControls
          onBlur={event => onChange({ limit: event.currentTarget.value })}
          onKeyDown={event => event.key === 'Enter' && onChange({ limit: event.currentTarget.value })}
        />
      )}
      {props.children}
      <Period view={view} onChange={onChange} />
      {props.every && (
        <SegmentedControl
          size="sm"
          aria-label={texts.every}
          value={view.every}
          data={(['hour', 'day', 'month'] as const).map(value => ({ value, label: texts.everies[value] }))}
          onChange={every => onChange({ every: every === 'hour' || every === 'month' ? every : 'day' })}
        />
      )}
      <OrgChoice value={view.org} onChange={org => onChange({ org })} />
      <Choice
        label={texts.district}
        value={view.district}
        all={texts.allDistricts}
        options={[...Object.entries(text.districts).map(([value, label]) => ({ value, label })), { value: 'none', label: texts.noDistrict }]}
        onChange={district => onChange({ district })}
      />
      <ViewButton bbox={view.bbox} onChange={bbox => onChange({ bbox })} />
      {narrowed && (
        <Button size="sm" variant="subtle" onClick={() => onChange({ org: '', district: '', bbox: '', state: '', route: '' })}>
          {table.clear}
        </Button>
      )}
    </div>
  )
}

/** Presets, or days of one's own. */
function Period({ view, onChange }: { readonly view: TableView; readonly onChange: (part: Partial<TableView>) => void }) {
  const texts = useTablesTexts()
  const format = useFormat()
  const today = dayOf(useGatewayNow(), format.timeZone)
  const [own, setOwn] = useState(view.from !== '')
  const choose = (value: string) => {
    setOwn(value === 'own')
    if (value !== 'own') onChange({ days: Number(value), from: '', to: '' })
  }
  const day = (name: 'from' | 'to', other: string) => (
    <TextInput
      size="sm"
      type="date"
      aria-label={texts[name]}
      max={today}
      defaultValue={view[name]}
      onChange={event => {
        const { value } = event.currentTarget
        // Both are needed: until then nothing changes.
        if (/^\d{4}-\d{2}-\d{2}$/.test(value)) onChange(name === 'from' ? { from: value, to: other || today } : { from: other || value, to: value })
      }}
    />
  )
  return (
    <>
      <Choice
        label={texts.period}
        value={own ? 'own' : String(view.days)}
        options={[
          ...dayChoices.map(days => ({ value: String(days), label: days === 1 ? texts.today : texts.lastDays(format.count(days)) })),
          { value: 'own', label: texts.ownPeriod },
        ]}
        onChange={choose}
      />
      {own && day('from', view.to)}
      {own && day('to', view.from)}
    </>
  )
}
