import { z } from 'zod'
import { clockSchema } from './clock.ts'
import { conditionSchema } from './conditions.ts'
import { MAX_REGISTERS } from './frame.ts'
import { address, firstAddress, order, part, period, rawNumber, readFunction } from './register-schema.ts'
import { writeSchema } from './writes.ts'

const LEAST_PERIOD_MS = 100
const MOST_PERIOD_MS = 86_400_000
const every = period(LEAST_PERIOD_MS, MOST_PERIOD_MS).describe('How often it is read: "10s", "15m", "1h"; from 100ms to 24h')

const read = z
  .strictObject({
    function: readFunction,
    order: order.default('ABCD'),
    firstAddress: firstAddress.default(0),
    largestBlock: z.int().min(1).max(MAX_REGISTERS).default(MAX_REGISTERS).describe('Most registers that one read may ask for'),
    largestGap: z.int().min(0).max(MAX_REGISTERS).default(0).describe('Most unmapped registers between two mapped ones that a read may take along'),
    evenCounts: z.boolean().default(false).describe('The device refuses odd addresses and odd counts'),
    unreadable: z
      .array(z.tuple([address, address], { error: 'expected the first and the last address: [512, 767]' }))
      .max(100)
      .default([])
      .describe('Ranges that no read may touch, the first and the last address of each'),
    every: every.default(60_000),
    groups: z.record(z.string(), every).default({}).describe('Names for periods, for points to use in "every"'),
    pause: period(0, 60_000).default(0).describe('Quiet before each request'),
    timeout: period(10, 60_000).optional().describe('How long an answer may take'),
  })
  .describe('How the device is read')

const point = z
  .strictObject({
    field: z.string({ error: 'expected the name of a field of the kind' }).describe('The field of the kind that this becomes'),
    ...part,
    offset: z.number().optional().describe('Added last'),
    plus: z.array(z.strictObject(part)).max(3).optional().describe('More registers whose numbers, each times its scale, are added'),
    times: z
      .array(z.strictObject({ ...part, exponent: z.boolean().optional().describe('The register holds a power of ten') }))
      .max(3)
      .optional()
      .describe('Registers that the value is multiplied by, such as the ratios of transformers'),
    invalid: z.array(rawNumber).optional().describe('Raw numbers, or bits, that mean "no value"'),
    values: z
      .record(z.string(), z.union([z.number(), z.boolean(), z.string()]))
      .optional()
      .describe('Raw number → what it means'),
    every: z.string({ error: 'expected a period such as "10s", "15m" or "1h"' }).optional().describe('How often it is read: a period, or the name of a group'),
  })
  .describe('One value')

/** A register map as it stands in a model's file. */
export const mappingSchema = z.strictObject({
  read,
  clock: clockSchema.extend({ address, function: readFunction.optional() }).optional().describe('Where the device keeps its clock'),
  points: z
    .array(point, { error: 'expected a list of points' })
    .min(1, { error: 'expected at least one point' })
    .max(1000)
    .describe('The values, and where they lie'),
  quality: z.array(conditionSchema, { error: 'expected a list of conditions' }).max(100).optional().describe('What the device says of its own values'),
  writes: z.array(writeSchema, { error: 'expected a list of orders' }).max(100).optional().describe('The orders that the device takes'),
})

export type MappingJson = z.infer<typeof mappingSchema>
export type PointJson = MappingJson['points'][number]

/** Whether a period is one that a device may be read at. */
export function isPollPeriod(ms: number | undefined): boolean {
  return ms !== undefined && ms >= LEAST_PERIOD_MS && ms <= MOST_PERIOD_MS
}
