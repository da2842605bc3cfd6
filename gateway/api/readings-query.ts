import { z } from 'zod'
import type { AggregateFunction } from '../model/series.ts'
import { bucketLengthProblem, shortestBucket } from './buckets.ts'
import { integerParameter, listParameter, momentParameter } from './parameters.ts'
import { Problem } from './problem.ts'
import { FUNCTIONS } from './readings-fields.ts'
import { isTimeZone, readDuration, resolveMoment } from './time.ts'

const functionsParameter = z
  .string()
  .transform((text, context) => {
    const fns: AggregateFunction[] = []
    for (const name of new Set(text.split(','))) {
      const fn = FUNCTIONS.find(known => known === name)
      if (fn === undefined) context.addIssue({ code: 'custom', message: `“${name.slice(0, 32)}” is no function: there are ${FUNCTIONS.join(', ')}` })
      else fns.push(fn)
    }
    return fns
  })
  .optional()
  .meta({
    description: `How the values of one bucket become one; several with commas between them, each then a column \`field.fn\`. Of ${FUNCTIONS.join(', ')}; \`mean\` unless given. Needs \`every\`.`,
    example: 'mean,max',
  })

const everyParameter = z
  .string()
  .transform((text, context) => {
    const everyMs = readDuration(text)
    const problem = everyMs === undefined ? 'is no length of time: write 10s, 1m, 15m, 1h or 1d' : bucketLengthProblem(everyMs)
    if (everyMs !== undefined && problem === undefined) return everyMs
    context.addIssue({ code: 'custom', message: problem ?? 'can not be used' })
    return z.NEVER
  })
  .optional()
  .meta({
    description:
      'Buckets of this length, starting at local midnight: it divides a day (`10s`, `1m`, `15m`, `1h`) or is whole days (`1d`; `7d` are weeks from Monday). Absent: the points as stored.',
    example: '15m',
  })

/** What may be asked of a device's readings. */
export function readingsParameters(timeZone: string, mostRows: number) {
  return z.object({
    from: momentParameter('Included. An hour ago unless given.', '-1h'),
    to: momentParameter('Excluded. Now unless given.', 'now'),
    every: everyParameter,
    fields: listParameter('Only these fields; `lat` and `lon` are fields of what moves', 'speed,heading'),
    fn: functionsParameter,
    limit: integerParameter({ least: 1, most: mostRows, usual: mostRows, description: `Rows in the answer: never more than ${mostRows}, raw or buckets.` }),
    order: z.enum(['asc', 'desc'], 'is asc (oldest first) or desc (newest first)').default('asc').meta({ description: 'Oldest or newest first.' }),
    format: z
      .enum(['json', 'csv'], 'is json or csv')
      .default('json')
      .meta({ description: 'CSV holds the same rows: RFC 4180, the next page in the `Link` header.' }),
    timeZone: z
      .string()
      .refine(isTimeZone, 'is no time zone: write an IANA name such as Asia/Shanghai')
      .default(timeZone)
      .meta({ description: 'Where days start, for `every`. Answers are in UTC all the same.', example: 'Asia/Shanghai' }),
  })
}

/** A readings query after its schema. */
export type ReadingsQuery = z.output<ReturnType<typeof readingsParameters>>

/** The stretch of time a query asks for. Throws `QUERY_INVALID` when it is empty, or holds more buckets than one answer may. */
export function stretchOf(query: ReadingsQuery, now: number, mostRows: number): { readonly from: number; readonly to: number } {
  const from = resolveMoment(query.from, now)
  const to = resolveMoment(query.to, now)
  if (from >= to) throw invalid('to', 'must lie after from')
  if (query.fn !== undefined && query.every === undefined) throw invalid('fn', 'needs every, the length of the buckets')
  if (query.every !== undefined && Math.ceil((to - from) / query.every) > mostRows) {
    throw invalid('every', `makes more than ${mostRows} buckets of this stretch of time; ${shortestBucket(to - from, mostRows)} does not`)
  }
  return { from, to }
}

function invalid(field: string, problem: string): Problem {
  return new Problem(400, 'QUERY_INVALID', `“${field}” ${problem}.`, { errors: [{ field, in: 'query', problem }] })
}
