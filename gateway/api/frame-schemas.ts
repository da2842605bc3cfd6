import { z } from 'zod'
import { ExplainedPartSchema } from './explanation-json.ts'
import { FieldValueSchema, FlagsSchema, MaskedSchema, PositionSchema, TimeSchema, TitleSchema } from './schemas.ts'
import { readMoment } from './time.ts'

/** Bytes of a frame that is read on request. A JT/T 808 or HJ 212 frame has about a thousand, a batch of telemetry some more. */
export const FRAME_LIMIT_BYTES = 16_384

const TEXT_LIMIT = 'is longer than 80000 characters'

/** What `POST /decode` takes. */
export const questionSchema = z
  .object({
    hex: z
      .string()
      .max(80_000, TEXT_LIMIT)
      .optional()
      .meta({ description: 'The frame in hexadecimal; blanks, colons and 0x are passed over.', example: '01040000000271cb' }),
    text: z
      .string()
      .max(80_000, TEXT_LIMIT)
      .optional()
      .meta({ description: 'Or the frame of a text protocol as text. A CR LF that a frame with ## has lost is put back.' }),
    protocol: z.string().max(64, 'is longer than 64').optional().meta({ description: 'Absent: recognised by the frame.' }),
    model: z.string().max(64, 'is longer than 64').optional().meta({ description: 'Absent: all models of the protocol are tried.' }),
    receivedAt: z
      .string()
      .max(64, 'is longer than 64')
      .transform((text, context) => {
        const moment = readMoment(text)
        if (typeof moment === 'object' && 'at' in moment) return moment.at
        context.addIssue({ code: 'custom', message: typeof moment === 'string' ? moment : 'must be a time, not a distance from now' })
        return z.NEVER
      })
      .optional()
      .meta({ description: 'When it came in, RFC 3339: stands in where a frame carries no time. Absent: now.' }),
  })
  .meta({ id: 'FrameQuestion', description: 'Bytes somebody wants to understand: `hex` or `text`, not both.' })

const FoundReadingSchema = z.object({
  at: TimeSchema,
  ownTime: z.boolean().meta({ description: 'False: the frame carries no time, and the time of receipt stands in.' }),
  values: z.record(z.string(), FieldValueSchema),
  position: PositionSchema.optional(),
  flags: FlagsSchema.optional(),
  quality: z.record(z.string(), z.string()).optional().meta({ description: 'What the device itself says of single values.' }),
})

/** What `POST /decode` answers. */
export const DecodedFrameSchema = z
  .object({
    protocol: z.string(),
    bytes: z.string().meta({ description: 'The bytes that were read, in hexadecimal.' }),
    masked: MaskedSchema.optional(),
    recognised: z
      .object({
        by: z
          .enum(['frame', 'values'])
          .meta({ description: '`frame`: by a whole frame whose check sum holds. `values`: because a model of the protocol reads it.' }),
        what: TitleSchema.optional(),
        sender: z.string().optional(),
      })
      .optional()
      .meta({ description: 'How the protocol was found; absent when it was named.' }),
    model: z.string().optional().meta({ description: 'Whose mapping was used; absent when no model reads the frame.' }),
    kind: z.string().optional(),
    tried: z
      .array(z.object({ model: z.string(), values: z.int(), reason: z.string().optional() }))
      .meta({ description: 'The models that were tried, the best first. Bytes alone do not always tell two models apart.' }),
    ok: z.boolean(),
    readings: z.array(FoundReadingSchema).optional(),
    valueless: z.literal(true).optional().meta({ description: 'Sound, and nothing to store, as a heartbeat.' }),
    reason: z.string().optional().meta({ description: 'Why it would be rejected.', example: 'CRC_MISMATCH' }),
    detail: z.string().optional(),
    header: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .optional()
      .meta({ description: 'What the frame says of itself.' }),
    parts: z
      .array(ExplainedPartSchema)
      .optional()
      .meta({ description: 'What each byte means: they follow one another without gaps and cover the frame. Absent: the protocol does not say.' }),
    shortened: z.literal(true).optional().meta({ description: 'The frame has more finer parts than are listed.' }),
  })
  .meta({ id: 'DecodedFrame', description: 'What a frame says.' })

/** A frame to try things out with. */
export const ExampleSchema = z.object({
  name: z.string(),
  model: z.string(),
  hex: z.string(),
  source: z.string().meta({ description: 'Where it comes from.' }),
  reason: z.string().optional().meta({ description: 'Why it is refused, where it is.' }),
})

/** What `GET /protocols` answers. */
export const ProtocolsSchema = z
  .object({
    protocols: z.array(
      z.object({
        id: z.string(),
        title: TitleSchema,
        channels: z.array(z.string()),
        models: z.array(z.string()),
        explains: z.boolean().meta({ description: 'Tells what each byte of a frame means.' }),
        recognises: z.boolean().meta({ description: 'Knows its own frames among others.' }),
        examples: z.array(ExampleSchema),
      }),
    ),
  })
  .meta({ id: 'ProtocolList' })

/** A frame as it came, from the journal. */
const DeviceFrameSchema = z
  .object({
    offset: z.int(),
    channel: z.string(),
    receivedAt: TimeSchema,
    bytes: z.string().meta({ description: 'The frame as it came, in hexadecimal; of a long one the first 4,096 bytes.' }),
    masked: MaskedSchema.optional(),
    length: z.int().meta({ description: 'Bytes of the whole frame.' }),
    verdict: z.enum(['accepted', 'rejected']),
    reason: z.string().optional().meta({ example: 'CRC_MISMATCH' }),
    detail: z.string().optional(),
  })
  .meta({ id: 'DeviceFrame', description: 'A frame as it came from a device.' })

/** What `GET /devices/{device}/frames` answers. */
export const DeviceFramesSchema = z
  .object({
    frames: z.array(DeviceFrameSchema),
    protocol: z.string().optional().meta({ description: 'Of the device’s model; absent when the model is no longer known.' }),
    searched: z.int().meta({ description: 'How many frames of all devices were looked through.' }),
    next: z.int().optional().meta({ description: 'The `before` that goes on with the search; absent when the journal’s beginning was reached.' }),
  })
  .meta({ id: 'DeviceFrames' })
