import { z } from 'zod'
import { isId } from '../model/ids.ts'
import { readMoment } from './time.ts'

/** An id in a path. */
export const idParameter = (what: string): z.ZodString => z.string().refine(isId, 'must be 1 to 64 of A–Z a–z 0–9 . _ -').meta({ description: what })

/** A whole number in a query. */
export function integerParameter(options: { readonly least: number; readonly most: number; readonly usual: number; readonly description: string }) {
  const { least, most, usual, description } = options
  const problem = `must be a whole number from ${least} to ${most}`
  return z
    .string()
    .regex(/^\d{1,15}$/, problem)
    .transform(Number)
    .refine(value => value >= least && value <= most, problem)
    .default(usual)
    .meta({ type: 'integer', minimum: least, maximum: most, default: usual, description, pattern: undefined })
}

/** Names with commas between them, at most 64 of them. */
export function listParameter(description: string, example: string) {
  return z
    .string()
    .transform(text => [...new Set(text.split(','))])
    .refine(names => names.length <= 64, 'names more than 64')
    .refine(names => names.every(isId), 'must be names with commas between them, and no blanks')
    .optional()
    .meta({ description: `${description}, with commas between them.`, example })
}

/** A moment in a query. */
export function momentParameter(description: string, usual: string) {
  return z
    .string()
    .transform((text, context) => {
      const moment = readMoment(text)
      if (typeof moment !== 'string') return moment
      context.addIssue({ code: 'custom', message: moment })
      return z.NEVER
    })
    .prefault(usual)
    .meta({
      description: `${description} RFC 3339 with its offset, \`now\`, or relative to now: \`-90s\`, \`-15m\`, \`-1h\`, \`-7d\`.`,
      example: '2026-07-31T08:00:00+08:00',
    })
}

/** A whole number an earlier answer gave to go on from, such as a journal offset. */
export function offsetParameter(description: string) {
  return z
    .string()
    .regex(/^\d{1,15}$/, 'must be the `next` of an earlier answer')
    .transform(Number)
    .optional()
    .meta({ type: 'integer', minimum: 0, description, pattern: undefined })
}
