import { z } from 'zod'
import { lifeCycles } from '../model/device.ts'

/** A text in both languages of the dashboard. */
export const TitleSchema = z.object({ en: z.string(), zh: z.string() }).meta({ id: 'Title', description: 'A text people read, in English and Chinese.' })

/** WGS-84. */
export const PositionSchema = z
  .object({ lat: z.number(), lon: z.number() })
  .meta({ id: 'Position', description: 'WGS-84 in degrees, north and east positive.', example: { lat: 31.2304, lon: 121.4737 } })

/** What one field may hold. */
export const FieldValueSchema = z.union([z.number(), z.boolean(), z.string()])

/** A time in answers. */
export const TimeSchema = z.iso.datetime().meta({ description: 'RFC 3339, in UTC.', example: '2026-07-31T00:00:00.000Z' })

/** What a device says of a value itself. */
export const QualitySchema = z.string().meta({
  description:
    'What the device itself says of the value, such as `stopped`, `maintenance`, `manual`, `fault`, `calibration`, `overRange` or `comms`. Absent: as measured. More words may come.',
  example: 'fault',
})

/** What to know before trusting a reading. */
export const FlagsSchema = z
  .object({
    historical: z.literal(true).optional().meta({ description: 'It came late, from a buffer perhaps.' }),
    clockSuspect: z.literal(true).optional().meta({ description: 'The device’s clock is off.' }),
    clockCorrected: z.literal(true).optional().meta({ description: 'Its time was repaired by the gateway.' }),
    outOfRange: z.array(z.string()).optional().meta({ description: 'These fields are outside their plausible range.' }),
    quality: z
      .record(z.string(), QualitySchema)
      .optional()
      .meta({ description: 'By field: what the device itself says of these values.', example: { pm10: 'fault' } }),
  })
  .meta({ id: 'Flags', description: 'What to know before trusting a reading.' })

/** Whether a device is heard of. */
export const StateSchema = z.enum(['ok', 'stale', 'silent']).meta({
  id: 'DeviceCondition',
  description:
    '`ok`: heard of within the kind’s `staleAfterSeconds`; `stale`: not for longer than that, or it has said that it is gone; `silent`: never a reading yet.',
})

/** When a device said that it is gone. */
export const StaleSinceSchema = TimeSchema.meta({
  description:
    'When the device, or the node it stands behind, said that it is gone (Sparkplug death): its values are not current since. Absent: it did not, or is back.',
})

/** Where a device stands in its life. */
export const LifeCycleSchema = z.enum(lifeCycles).meta({
  id: 'LifeCycle',
  description:
    '`planned`, `retired`: as its stage says. In service it is `enrolled` until its first reading, `active` while it is heard of, and `silent` when that was longer ago than its kind lets pass. Follows from `stage` and `state`.',
})

/** An error, RFC 9457. */
export const ProblemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string().meta({ description: 'Never changes its meaning: programs match on it.', example: 'QUERY_INVALID' }),
    errors: z
      .array(z.object({ field: z.string(), in: z.enum(['path', 'query', 'body', 'header']), problem: z.string() }))
      .optional()
      .meta({ description: 'Which parameters can not be used, and why.' }),
  })
  .meta({ id: 'Problem', description: 'An error as RFC 9457 has it.' })

/** Of a device: whether somebody should look. */
export const FLAGGED = 'An alarm of its own stands, or its newest reading has a value out of range, one that the device doubts, or a clock that is off.'

/** A field of a kind. */
const FieldSchema = z
  .object({
    type: z.enum(['number', 'boolean', 'string']),
    unit: z.string().optional(),
    range: z.tuple([z.number(), z.number()]).optional().meta({ description: 'Plausible, both ends included. A value outside is kept and flagged.' }),
    integer: z.literal(true).optional(),
    counter: z.literal(true).optional().meta({ description: 'Grows and seldom falls.' }),
    circular: z.literal(true).optional().meta({ description: '360 is 0: means are taken on the circle.' }),
    alarm: z.literal(true).optional().meta({ description: 'An alarm of the thing’s own: it stands while this is true, or, of a text, while it names any.' }),
    title: TitleSchema,
  })
  .meta({ id: 'Field', description: 'One thing a kind measures.' })

/** A kind. */
export const KindSchema = z
  .object({
    id: z.string(),
    title: TitleSchema,
    moves: z.boolean().meta({ description: 'Changes its place: its readings carry positions.' }),
    staleAfterSeconds: z.number(),
    fields: z.record(z.string(), FieldSchema),
  })
  .meta({ id: 'Kind', description: 'What a thing is and measures.' })

/** A model. */
export const ModelSchema = z
  .object({
    id: z.string(),
    maker: z.string(),
    title: TitleSchema,
    kind: z.string(),
    protocol: z.string(),
    source: z.string().meta({ description: 'Where the mapping comes from.' }),
    verified: z.string().meta({ description: 'What the mapping was checked against.' }),
    mapping: z.unknown().meta({ description: 'How the protocol’s values become the kind’s fields; its form is the protocol’s.' }),
  })
  .meta({ id: 'Model', description: 'A product on the market: a kind, a protocol and a mapping between the two.' })

/** A model in a list. */
export const ListedModelSchema = ModelSchema.extend({
  devices: z.int().meta({ description: 'How many devices have it, of those the asker may see.' }),
}).meta({ id: 'ListedModel' })

/** A clock that is off. */
export const ClockSchema = z
  .object({
    fault: z.enum(['ahead', 'behind', 'stuck', 'rollover']).meta({
      description:
        '`stuck`: it stands still. `rollover`: its date is whole multiples of 1,024 weeks off, as a GPS receiver’s is whose week counter began anew.',
    }),
    offsetSeconds: z.number().meta({ description: 'The device’s clock minus the gateway’s, an estimate. Of a stuck clock: when it was found.' }),
    since: TimeSchema.meta({ description: 'When that was found, by the gateway’s clock.' }),
  })
  .meta({ id: 'Clock', description: 'A device’s clock that is off.' })

/** A device. */
export const DeviceSchema = z
  .object({
    id: z.string(),
    org: z.string(),
    kind: z.string().nullable().meta({ description: 'Null when its model is no longer known to this gateway.' }),
    model: z.string(),
    name: z.string().optional(),
    place: PositionSchema.optional().meta({ description: 'Where it is installed.' }),
    group: z.string().optional().meta({ description: 'The part of an organisation that looks after it: a depot, a district, a building.' }),
    tags: z.array(z.string()).optional(),
    sim: z.string().optional().meta({ description: 'The SIM it sends through (ICCID).' }),
    stage: z.enum(['planned', 'enrolled', 'retired']).meta({
      description: '`planned`: registered ahead of its installation. `retired`: out of service; it can not sign in any more, and what it has sent stays.',
    }),
    lifeCycle: LifeCycleSchema,
    behind: z.string().optional().meta({ description: 'The concentrator that may publish for it.' }),
    simulated: z.literal(true).optional(),
    state: StateSchema,
    lastReceivedAt: TimeSchema.optional().meta({ description: 'When its newest frame came, a rejected one too.' }),
    clock: ClockSchema.optional().meta({ description: 'Absent while nothing is known to be wrong with it.' }),
  })
  .meta({ id: 'Device', description: 'One installed thing.' })

/** An account. */
export const AccountSchema = z
  .object({
    received: z.int(),
    stored: z.int(),
    duplicate: z.int(),
    rejected: z.int(),
    rejectedBy: z.record(z.string(), z.int()).meta({ description: 'Rejected frames by reason.', example: { CRC_MISMATCH: 2 } }),
    pending: z.int(),
    flagged: z.int().meta({ description: 'Of the stored frames, how many carried a flag.' }),
    lastReceivedAt: TimeSchema.optional(),
    lost: z
      .int()
      .optional()
      .meta({ description: 'Frames that damage took from the journal before they were decided; they are not in `received`. In the operator’s total alone.' }),
  })
  .meta({ id: 'Account', description: 'What became of every frame: received = stored + duplicate + rejected + pending.' })

/** Where bytes of a frame are not shown. */
export const MaskedSchema = z
  .array(z.object({ from: z.int().meta({ description: 'Its first byte, from 0.' }), to: z.int().meta({ description: 'One past its last byte.' }) }))
  .meta({ description: 'Where passwords stood: `bytes` has 2a (`*`) there. A check sum over them does not hold any more. Absent: nothing is masked.' })

/** A rejected frame. */
export const RejectedFrameSchema = z
  .object({
    offset: z.int(),
    device: z.string(),
    model: z.string().optional().meta({ description: 'What the device is now; absent: it is not registered.' }),
    channel: z.string(),
    receivedAt: TimeSchema,
    bytes: z.string().meta({ description: 'The frame as it came, in hexadecimal.', example: '0104' }),
    masked: MaskedSchema.optional(),
    reason: z.string().meta({ example: 'CRC_MISMATCH' }),
    detail: z.string(),
  })
  .meta({ id: 'RejectedFrame', description: 'A frame that gave no reading, kept with its reason.' })
