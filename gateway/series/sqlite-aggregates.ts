import type { FieldValue } from '../model/reading.ts'
import type { AggregateFunction } from '../model/series.ts'
import { meanDirection } from './mean-direction.ts'
import { fieldValue } from './sqlite-points.ts'
import { columnOf } from './sqlite-tables.ts'
import type { StoredField } from './stored-kind.ts'

/** A bucket may span several slices: its parts of the earlier and the later one become one. */
type Join = (earlier: unknown, later: unknown) => unknown

/** One number or text SQL computes of a slice of a bucket. */
interface Part {
  readonly sql: string
  readonly join: Join
}

/** How one field of a bucket is made: parts from SQL, joined over slices, then finished. */
export interface FieldAggregate {
  readonly field: StoredField
  readonly parts: readonly Part[]
  finish(parts: readonly unknown[]): FieldValue | undefined
}

const add: Join = (earlier, later) => Number(earlier) + Number(later)
const or =
  (choose: (a: number, b: number) => number): Join =>
  (earlier, later) =>
    typeof earlier !== 'number' ? later : typeof later !== 'number' ? earlier : choose(earlier, later)

/** The aggregate of one field. `edge` makes the SQL that finds the first or last value of a column within a bucket. */
export function fieldAggregate(field: StoredField, fn: AggregateFunction, edge: (column: string, fn: 'first' | 'last') => string): FieldAggregate {
  const column = columnOf(field)
  const count: Part = { sql: `count(${column})`, join: add }
  // total() is a float whatever the column: sum() of integers can overflow and fail (SQLite, "Built-in Aggregate Functions").
  const total: Part = { sql: `total(${column})`, join: add }
  switch (fn) {
    case 'count':
      return { field, parts: [count], finish: ([n]) => (Number(n) > 0 ? Number(n) : undefined) }
    case 'sum':
      return { field, parts: [count, total], finish: ([n, sum]) => (Number(n) > 0 ? finite(Number(sum)) : undefined) }
    case 'mean':
      return field.circular ? circularMean(field, column, count) : { field, parts: [count, total], finish: ([n, sum]) => quotient(sum, n) }
    case 'min':
      return { field, parts: [{ sql: `min(${column})`, join: or(Math.min) }], finish: ([least]) => (typeof least === 'number' ? least : undefined) }
    case 'max':
      return { field, parts: [{ sql: `max(${column})`, join: or(Math.max) }], finish: ([most]) => (typeof most === 'number' ? most : undefined) }
    case 'first':
      return { field, parts: [{ sql: edge(column, 'first'), join: (earlier, later) => earlier ?? later }], finish: ([value]) => fieldValue(value, field.type) }
    case 'last':
      return { field, parts: [{ sql: edge(column, 'last'), join: (earlier, later) => later ?? earlier }], finish: ([value]) => fieldValue(value, field.type) }
  }
}

function circularMean(field: StoredField, column: string, count: Part): FieldAggregate {
  const sine: Part = { sql: `total(sin(radians(${column})))`, join: add }
  const cosine: Part = { sql: `total(cos(radians(${column})))`, join: add }
  return {
    field,
    parts: [count, sine, cosine],
    finish: ([n, s, c]) => (Number(n) > 0 ? meanDirection(Number(s) / Number(n), Number(c) / Number(n)) : undefined),
  }
}

function quotient(sum: unknown, n: unknown): number | undefined {
  return Number(n) > 0 ? finite(Number(sum) / Number(n)) : undefined
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined
}
