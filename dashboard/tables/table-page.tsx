import { Loader, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Query } from '../api/api-client.ts'
import { useKinds } from '../api/queries.ts'
import type { Field, Kind } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { ExportButton } from '../table/export-button.tsx'
import { useTableTexts } from '../table/table-texts.ts'
import type { PagedRows } from '../table/use-paged-rows.ts'
import { type Column, VirtualTable } from '../table/virtual-table.tsx'
import { type TableView, tableMapAddress } from './table-address.ts'
import { TableFilters } from './table-filters.tsx'
import { WorkingNote } from './table-parts.tsx'
import { useTablesTexts } from './tables-texts.ts'
import type { TableRow, Working } from './tables-types.ts'

/** What all tables over time have in common: title, filters, how far they are, groups, and the rows. */
export function TablePage<R extends TableRow>(props: {
  readonly title: string
  readonly path: string
  readonly query: Query
  readonly file: string
  readonly kinds: readonly Kind[]
  readonly view: TableView
  readonly fields: readonly (readonly [string, Field])[]
  readonly every?: boolean
  readonly limit?: boolean
  readonly rows: PagedRows<R>
  readonly answer: Working | undefined
  readonly columns: readonly Column<R>[]
  readonly onChange: (part: Partial<TableView>) => void
  /** Filters of its own. */
  readonly filters?: ReactNode
  /** Between filters and rows. */
  readonly children?: ReactNode
}) {
  const { title, path, query, file, kinds, view, fields, rows, answer, columns, onChange } = props
  const text = useText()
  const texts = useTablesTexts()
  const table = useTableTexts()
  const format = useFormat()
  const known = useKinds().isSuccess
  const ready = answer?.state === 'ready'
  const failed = rows.error !== undefined
  return (
    <div className="cg-page cg-page-wide cg-tables">
      <div className="cg-page-head">
        <Title order={1}>{title}</Title>
        {ready && (
          <span className="cg-page-count">
            {texts.devices} {format.count(answer.total)}
          </span>
        )}
        <Link to={tableMapAddress(view)}>{table.onMap}</Link>
        {view.kind !== '' && <ExportButton path={path} query={query} name={file} />}
      </div>
      <TableFilters view={view} kinds={kinds} fields={fields} {...(props.every && { every: true })} {...(props.limit && { limit: true })} onChange={onChange}>
        {props.filters}
      </TableFilters>
      {failed && <ProblemView error={rows.error} onRetry={rows.again} />}
      {known && kinds.length === 0 && <EmptyView title={texts.noKind} />}
      {!failed && answer === undefined && kinds.length > 0 && <Loader size="sm" aria-label={text.app.loading} />}
      {answer?.state === 'working' && <WorkingNote done={answer.done} />}
      {ready && answer.total === 0 && <EmptyView title={texts.none} advice={texts.noneAdvice} />}
      {props.children}
      {ready && answer.total > 0 && (
        <VirtualTable label={title} columns={columns} rows={rows} rowKey={row => row.device} sort={view.sort} onSort={sort => onChange({ sort })} />
      )}
    </div>
  )
}
