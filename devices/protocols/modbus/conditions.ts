import { z } from 'zod'
import { type Part, type PartDefaults, part, rawNumber, toPart } from './register-schema.ts'

/** What a register or bit says of values: they do not count, or they count with a word beside them. */
export interface Condition {
  readonly part: Part
  /** It holds when the register has one of these numbers… */
  readonly is: readonly (number | string)[] | undefined
  /** …or none of these. */
  readonly isNot: readonly (number | string)[] | undefined
  /** The fields meant; undefined: all. */
  readonly fields: readonly string[] | undefined
  /** What stands beside the values while it holds; undefined: they are left out. */
  readonly word: string | undefined
}

/** One entry of `quality`. */
export const conditionSchema = z
  .strictObject({
    ...part,
    is: z.array(rawNumber).min(1).optional().describe('It holds when the register has one of these numbers'),
    isNot: z.array(rawNumber).min(1).optional().describe('It holds when the register has none of these numbers'),
    fields: z.array(z.string()).min(1).optional().describe('The fields meant; all, unless given'),
    word: z
      .string()
      .regex(/^[a-z][a-z-]{1,31}$/, { error: 'expected a word such as "fault", "maintenance" or "calibration"' })
      .optional()
      .describe('What stands beside the values while it holds; without it they are left out'),
  })
  .describe('What a register or bit says of values')
type ConditionJson = z.infer<typeof conditionSchema>

/** An entry of `quality` with all it inherits. */
export function toCondition(json: ConditionJson, defaults: PartDefaults): Condition {
  return { part: toPart(json, defaults), is: json.is, isNot: json.isNot, fields: json.fields, word: json.word }
}
