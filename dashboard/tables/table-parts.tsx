import { Progress } from '@mantine/core'
import { Link } from 'react-router'
import { useOrgName } from '../api/org-names.ts'
import type { Kind } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { KindIcon } from '../map/kind-icon.tsx'
import { looksOf, UNKNOWN_LOOK } from '../map/looks.ts'
import { useTableTexts } from '../table/table-texts.ts'
import type { Column } from '../table/virtual-table.tsx'
import { useTablesTexts } from './tables-texts.ts'
import type { TableRow } from './tables-types.ts'

/** Name, district and organisation: what every table begins with. */
export function useHeadColumns<R extends TableRow>(kinds: readonly Kind[], kind: string): readonly Column<R>[] {
  const { text } = useLanguage()
  const texts = useTablesTexts()
  const table = useTableTexts()
  const districtName = useDistrictName()
  const orgName = useOrgName()
  const look = looksOf(kinds.map(({ id }) => id)).get(kind) ?? UNKNOWN_LOOK
  return [
    {
      key: 'name',
      title: texts.name,
      sort: 'name',
      width: 200,
      cell: row => (
        <Link className="cg-device-link" to={`/devices/${encodeURIComponent(row.device)}`} title={text.list.onMap}>
          <KindIcon look={look} size={16} />
          <span>{row.name ?? row.device}</span>
          {row.name !== undefined && <code>{row.device}</code>}
        </Link>
      ),
    },
    { key: 'district', title: texts.district, sort: 'district', cell: row => (row.district === undefined ? text.app.none : districtName(row.district)) },
    { key: 'org', title: table.organisation, sort: 'org', cell: row => orgName(row.org) },
  ]
}

/** The name of a district in the language of the page; its id where it has none. */
export function useDistrictName(): (id: string) => string {
  const { text } = useLanguage()
  const texts = useTablesTexts()
  const names: Readonly<Record<string, string>> = text.districts
  return id => (id === 'none' ? texts.noDistrict : (names[id] ?? id))
}

/** How far a table is that the series store is still asked for. */
export function WorkingNote({ done }: { readonly done: number }) {
  const texts = useTablesTexts()
  const format = useFormat()
  const percent = format.percent(done)
  return (
    <div className="cg-working" role="status">
      {texts.working(percent)}
      <Progress value={done * 100} size="sm" aria-label={texts.working(percent)} />
    </div>
  )
}

/** A value with its unit, quieter. */
export function Measured({ value, unit }: { readonly value: number | undefined; readonly unit: string | undefined }) {
  const { text } = useLanguage()
  const format = useFormat()
  const units: Readonly<Record<string, string>> = text.units
  if (value === undefined) return text.app.none
  return (
    <>
      {format.measured(value)} {unit !== undefined && <span className="cg-unit">{units[unit] ?? unit}</span>}
    </>
  )
}
