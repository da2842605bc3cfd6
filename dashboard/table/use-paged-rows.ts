import { keepPreviousData, useQueries } from '@tanstack/react-query'
import { useState } from 'react'

/** Rows asked for at once. */
const PAGE = 100

/** What one page of rows brings. */
export interface RowPage<T> {
  readonly rows: readonly T[]
  /** Of all pages. */
  readonly total: number
}

/** Rows of a table of which only those in sight are fetched, a hundred at a time. */
export interface PagedRows<T> {
  readonly total: number | undefined
  /** Undefined while its page is on its way. */
  readonly at: (index: number) => T | undefined
  readonly show: (range: { readonly first: number; readonly last: number }) => void
  readonly error: unknown
  readonly pending: boolean
  readonly fetching: boolean
  readonly again: () => void
}

/** `key` names everything the rows depend on. */
export function usePagedRows<T, P extends RowPage<T>>(options: {
  readonly key: readonly unknown[]
  readonly page: (part: { readonly offset: number; readonly limit: number }, signal: AbortSignal) => Promise<P>
  readonly enabled?: boolean
  /** How soon a page is asked for again, milliseconds. */
  readonly every?: (page: P | undefined) => number
}): PagedRows<T> & { readonly first: P | undefined } {
  const { key, page, every, enabled = true } = options
  const [range, setRange] = useState({ first: 0, last: PAGE - 1 })
  const firstPage = Math.floor(range.first / PAGE)
  const lastPage = Math.max(firstPage, Math.floor(Math.max(0, range.last - 1) / PAGE))
  // The first page is always among them: it tells how many there are.
  const wanted = [...new Set([0, ...Array.from({ length: lastPage - firstPage + 1 }, (_, index) => firstPage + index)])]
  const results = useQueries({
    queries: wanted.map(number => ({
      queryKey: [...key, number],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => page({ offset: number * PAGE, limit: PAGE }, signal),
      ...(every && { refetchInterval: (query: { readonly state: { readonly data: P | undefined } }) => every(query.state.data) }),
      placeholderData: keepPreviousData,
      enabled,
    })),
  })
  const pages = new Map(wanted.map((number, index) => [number, results[index]?.data]))
  const failed = results.find(result => result.isError && result.data === undefined)
  return {
    first: pages.get(0),
    total: pages.get(0)?.total,
    at: index => pages.get(Math.floor(index / PAGE))?.rows[index % PAGE],
    show: next => setRange(before => (before.first === next.first && before.last === next.last ? before : next)),
    error: failed?.error,
    pending: results[0]?.isPending === true,
    fetching: results.some(result => result.isFetching),
    again: () => {
      for (const result of results) if (result.isError) void result.refetch()
    },
  }
}
