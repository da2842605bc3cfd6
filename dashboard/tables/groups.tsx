import type { ReactNode } from 'react'
import { useOrgName } from '../api/org-names.ts'
import { ScrollBox } from '../table/scroll-box.tsx'
import { useDistrictName } from './table-parts.tsx'
import { useTablesTexts } from './tables-texts.ts'

/** A figure of each group. */
export interface SumColumn<S> {
  readonly title: string
  readonly cell: (sum: S) => ReactNode
}

interface Group<S> {
  readonly id: string
  readonly sum: S
}

interface GroupsOf<S> {
  readonly groups: readonly Group<S>[]
  readonly columns: readonly SumColumn<S>[]
  readonly chosen: string
  readonly onChoose: (id: string) => void
}

/** Figures by district, by name. */
export function DistrictGroups<S>(props: GroupsOf<S>) {
  return <GroupTable title={useTablesTexts().byDistrict} nameOf={useDistrictName()} {...props} />
}

/** Figures by organisation, by name. */
export function OrgGroups<S>(props: GroupsOf<S>) {
  return <GroupTable title={useTablesTexts().byOrg} nameOf={useOrgName()} {...props} />
}

/** Figures of districts, organisations or routes, each a way to narrow the table. */
export function GroupTable<S>(props: GroupsOf<S> & { readonly title: string; readonly nameOf: (id: string) => string }) {
  const { title, groups, nameOf, columns, chosen, onChoose } = props
  if (groups.length === 0) return null
  return (
    <ScrollBox className="cg-group" label={title}>
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
    </ScrollBox>
  )
}
