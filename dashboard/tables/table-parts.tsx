import { Progress } from '@mantine/core'
import { Link } from 'react-router'
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
    { key: 'org', title: table.organisation, sort: 'org', cell: row => row.org },
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

/** Figures of districts, organisations or routes, each a way to narrow the table. */
export function GroupTable<S>(props: {
  readonly title: string
  readonly groups: readonly { readonly id: string; readonly sum: S }[]
  readonly nameOf: (id: string) => string
  readonly columns: readonly { readonly title: string; readonly cell: (sum: S) => React.ReactNode }[]
  readonly chosen: string
  readonly onChoose: (id: string) => void
}) {
  const { title, groups, nameOf, columns, chosen, onChoose } = props
  if (groups.length === 0) return null
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.2, 2.1.1)
    <section className="cg-group" tabIndex={0} aria-label={title}>
      <table className="cg-group-table">
        <thead>
          <tr>
            <th scope="col">{title}</th>
            {columns.map(column => (
              <th scope="col" key={column.title}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map(({ id, sum }) => (
            <tr key={id} data-group={id}>
              <th scope="row">
                <button type="button" aria-pressed={id === chosen} onClick={() => onChoose(id === chosen ? '' : id)}>
                  {nameOf(id)}
                </button>
              </th>
              {columns.map(column => (
                <td key={column.title}>{column.cell(sum)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
