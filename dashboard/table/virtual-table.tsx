import './table.css'
import { UnstyledButton } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import { Icon } from '../theme/icon.tsx'
import { ScrollBox } from './scroll-box.tsx'
import { useTableTexts } from './table-texts.ts'
import type { PagedRows } from './use-paged-rows.ts'
import { useVisibleRows } from './use-visible-rows.ts'

/** Pixels; as in table.css. */
const ROW_HEIGHT = 36

/** One column of a table. */
export interface Column<T> {
  readonly key: string
  readonly title: string
  /** What it means, where the title does not say it all. */
  readonly help?: string
  readonly numeric?: true
  /** CSS pixels, at least. */
  readonly width?: number
  /** The name by which the gateway sorts; absent: it does not. */
  readonly sort?: string
  readonly cell: (row: T) => ReactNode
}

/** A table of any length in a box of its own: only the rows in sight are there, and only they are fetched. Sorted by the gateway: by one column, upwards or (with `-`) downwards. */
export function VirtualTable<T>(props: {
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly rows: PagedRows<T>
  readonly rowKey: (row: T) => string
  readonly sort: string
  readonly onSort: (sort: string) => void
}) {
  const { label, columns, rows, rowKey, sort, onSort } = props
  const box = useRef<HTMLDivElement>(null)
  const total = rows.total ?? 0
  const { first, last } = useVisibleRows(box, total, ROW_HEIGHT)
  const { show } = rows
  useEffect(() => show({ first, last }))
  const indices = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index)
  return (
    <ScrollBox className="cg-table" ref={box} label={label} busy={rows.fetching}>
      <table aria-rowcount={total + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(column => (
              <HeaderCell key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer rows={first} columns={columns.length} />
          {indices.map(index => {
            const row = rows.at(index)
            return (
              <tr key={row === undefined ? `row-${index}` : rowKey(row)} aria-rowindex={index + 2}>
                {columns.map(column => (
                  <td key={column.key} data-numeric={column.numeric}>
                    {row === undefined ? <span className="cg-table-blank" /> : column.cell(row)}
                  </td>
                ))}
              </tr>
            )
          })}
          <Spacer rows={total - last} columns={columns.length} />
        </tbody>
      </table>
    </ScrollBox>
  )
}

function HeaderCell<T>(props: { readonly column: Column<T>; readonly sort: string; readonly onSort: (sort: string) => void }) {
  const { column, sort, onSort } = props
  const texts = useTableTexts()
  const name = column.sort
  const descending = sort.startsWith('-')
  const sorted = name !== undefined && (descending ? sort.slice(1) : sort) === name
  // Of figures the highest come first, of words the first of the alphabet.
  const next = sorted ? (descending ? name : `-${name}`) : column.numeric ? `-${name}` : (name ?? '')
  const style = column.width === undefined ? undefined : { minWidth: column.width }
  return (
    <th scope="col" data-numeric={column.numeric} title={column.help} style={style} aria-sort={sorted ? (descending ? 'descending' : 'ascending') : undefined}>
      {name === undefined ? (
        column.title
      ) : (
        <UnstyledButton className="cg-table-sort" title={column.help ?? texts.sortBy(column.title)} onClick={() => onSort(next)}>
          {column.title}
          {sorted && <Icon name={descending ? 'chevronDown' : 'chevronUp'} size={12} />}
        </UnstyledButton>
      )}
    </th>
  )
}

/** Stands for rows that are not in sight. */
function Spacer({ rows, columns }: { readonly rows: number; readonly columns: number }) {
  if (rows <= 0) return null
  return (
    <tr style={{ height: rows * ROW_HEIGHT }}>
      <td colSpan={columns} className="cg-table-spacer" />
    </tr>
  )
}
