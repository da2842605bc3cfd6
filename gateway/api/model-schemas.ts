import { z } from 'zod'
import { DecodedFrameSchema, ExampleSchema } from './frame-schemas.ts'
import { integerParameter } from './parameters.ts'
import { FieldValueSchema, TitleSchema } from './schemas.ts'

const TableSchema = z
  .union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])
  .meta({ description: 'Modbus function of the read: 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers.' })

const RegisterPlaceSchema = z.object({
  table: TableSchema,
  parts: z.array(
    z.object({
      address: z.int().meta({ description: 'As on the wire, from 0, whatever the manual counts from.' }),
      count: z.int(),
      type: z.string().meta({ example: 'f32' }),
      bit: z.int().optional().meta({ description: 'Of types `bit` and `bits`: the lowest bit meant.' }),
      width: z.int().optional().meta({ description: 'Of type `bits`: how many.' }),
      order: z.string().optional().meta({ description: 'Absent where it is one register as the standard has it.', example: 'CDAB' }),
      scale: z.number(),
    }),
  ),
  times: z
    .array(z.object({ address: z.int(), exponent: z.boolean().meta({ description: 'The register holds a power of ten.' }) }))
    .meta({ description: 'Registers that the value is multiplied by.' }),
  offset: z.number(),
  invalid: z.array(z.union([z.number(), z.string()])).meta({ description: 'Raw numbers that mean “no value”.' }),
  values: z.record(z.string(), FieldValueSchema).optional().meta({ description: 'Raw number → what it means.' }),
})

const PointSchema = z.object({
  field: z.string().meta({ description: 'Of the kind, which says its title, unit and range.' }),
  where: z.string().meta({ example: 'input register 0 (0x0000)' }),
  how: z.string().meta({ example: 'f32 ABCD' }),
  everyMs: z.number().optional(),
  registers: RegisterPlaceSchema.optional().meta({
    description: 'The same for programs: the sum of its parts, times what its multipliers hold, plus the offset.',
  }),
})

/** One request of a plan. */
export const PlannedPollSchema = z.object({
  what: z.string().meta({ example: 'input registers 0 to 79' }),
  place: z
    .union([z.object({ table: TableSchema, address: z.int(), count: z.int() }), z.object({ identifier: z.string() })])
    .optional()
    .meta({ description: 'The same for programs.' }),
  beside: z.literal(true).optional().meta({ description: 'Asked right after the one before it, whose answer means nothing without.' }),
  everyMs: z.number(),
  requestBytes: z.int(),
  answerBytes: z.int(),
  ms: z.number().meta({ description: 'Of the line, with the quiet around it and 20 ms until a device begins its answer.' }),
})

const PlanSchema = z.object({
  baud: z.int().meta({ description: 'The speed it is reckoned for.' }),
  polls: z.array(PlannedPollSchema),
  pauseMs: z.number().meta({ description: 'Quiet that the device wants before each request.' }),
  utilisation: z.number().meta({ description: 'Part of the line’s time that one device takes; above 1 it can not be done.' }),
})

const OrderSchema = z.object({
  name: z.string(),
  title: TitleSchema,
  unit: z.string().optional(),
  range: z.tuple([z.number(), z.number()]).optional(),
  values: z.array(FieldValueSchema).optional(),
})

const sheet = {
  points: z.array(PointSchema).meta({ description: 'What it maps.' }),
  orders: z.array(OrderSchema).meta({ description: 'The orders that may be sent on its line.' }),
  plan: PlanSchema.optional().meta({ description: 'How it is asked. Absent: it sends by itself.' }),
}

/** The answer to `GET /models/{model}/sheet`. */
export const ModelSheetSchema = z
  .object({
    ...sheet,
    text: z.string().optional().meta({ description: 'The JSON as it is on disk.' }),
    examples: z.array(ExampleSchema).meta({ description: 'Frames of it to try things out with, from the test vectors of its protocol.' }),
    builtIn: z.boolean().meta({ description: 'It comes with Citygate; a copy needs an id of its own.' }),
  })
  .meta({ id: 'ModelSheet', description: 'What a model says, worked out.' })

const ProblemPlaceSchema = z.object({
  line: z.int().meta({ description: 'From 1.' }),
  column: z.int().meta({ description: 'From 1, in UTF-16 units.' }),
  path: z.string().optional().meta({ description: 'Absent where it is no JSON yet.', example: 'points[3].address' }),
  message: z.string(),
})

/** Characters of a model that is checked on request; the largest of those that come with Citygate has 3,600. */
const LONGEST_SOURCE = 60_000
/** Problems, and warnings, told in one answer. */
export const MOST_PROBLEMS = 100

/** At which a plan is reckoned. */
export const baudParameter = integerParameter({ least: 300, most: 1_000_000, usual: 9_600, description: 'The speed of the line, in baud, of 11 bits a byte.' })

/** What `POST /models/check` takes. */
export const modelQuestionSchema = z
  .object({
    source: z.string().max(LONGEST_SOURCE, `is longer than ${LONGEST_SOURCE} characters`).meta({ description: 'The JSON text of a model.' }),
    hex: z.string().max(80_000, 'is longer than 80000 characters').optional().meta({ description: 'A frame to be read under it, in hexadecimal.' }),
    text: z.string().max(80_000, 'is longer than 80000 characters').optional().meta({ description: 'Or the frame of a text protocol.' }),
    baud: z
      .int()
      .min(300, 'must be 300 or more')
      .max(1_000_000, 'must be 1000000 or less')
      .default(9_600)
      .meta({ description: 'The line its plan is reckoned for.' }),
  })
  .meta({ id: 'ModelQuestion', description: 'A model that is being written.' })

/** What `POST /models/check` answers. */
export const CheckedModelSchema = z
  .object({
    ok: z.boolean().meta({ description: 'The gateway would load it.' }),
    problems: z.array(ProblemPlaceSchema).meta({ description: `What keeps it from being used; at most ${MOST_PROBLEMS}.` }),
    warnings: z.array(ProblemPlaceSchema).meta({ description: `What is allowed and hardly meant; at most ${MOST_PROBLEMS}.` }),
    model: z
      .object({
        id: z.string(),
        title: TitleSchema,
        kind: z.string(),
        protocol: z.string(),
        file: z.string().meta({ description: 'What its file is called.' }),
      })
      .optional()
      .meta({ description: 'This and what follows: when it is sound.' }),
    sheet: z.object(sheet).optional(),
    decoded: DecodedFrameSchema.optional().meta({ description: 'What the frame says under it.' }),
    unread: z.string().optional().meta({ description: 'Why there are no bytes to read in the frame that was given.' }),
  })
  .meta({ id: 'CheckedModel' })
