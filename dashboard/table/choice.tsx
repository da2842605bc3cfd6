import { Select } from '@mantine/core'
import { useOrgName } from '../api/org-names.ts'
import { useKinds, useOverview } from '../api/queries.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import { useTableTexts } from './table-texts.ts'

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

/** An organisation among those that have devices, by name; empty for all. */
export function OrgChoice({ value, onChange }: { readonly value: string; readonly onChange: (org: string) => void }) {
  const texts = useTableTexts()
  const orgName = useOrgName()
  const orgs = useOverview().data?.orgs ?? []
  return (
    <Choice
      label={texts.organisation}
      value={value}
      all={texts.allOrgs}
      options={orgs.map(({ org }) => ({ value: org, label: orgName(org) }))}
      onChange={onChange}
    />
  )
}

/** A kind of device; empty for all. */
export function KindChoice({ value, onChange }: { readonly value: string; readonly onChange: (kind: string) => void }) {
  const { title } = useLanguage()
  const texts = useTableTexts()
  const kinds = useKinds().data ?? []
  return (
    <Choice
      label={texts.kind}
      value={value}
      all={texts.allKinds}
      options={kinds.map(kind => ({ value: kind.id, label: title(kind.title) }))}
      onChange={onChange}
    />
  )
}
