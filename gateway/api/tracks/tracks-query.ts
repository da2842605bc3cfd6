import { z } from 'zod'
import { boundingBoxParameter } from '../bounding-box.ts'
import { idParameter, listParameter, momentParameter } from '../parameters.ts'
import { readDuration } from '../time.ts'

/** The shortest and the longest time between two fixes that may be asked for. */
const LEAST_STEP_MS = 1_000
const MOST_STEP_MS = 3_600_000

/** What may be asked of tracks. */
export const TracksParameters = z.object({
  from: momentParameter('Included. An hour ago unless given.', '-1h'),
  to: momentParameter('Excluded. Now unless given.', 'now'),
  devices: listParameter('Only these devices', 'bus-0417,bus-0418'),
  bbox: boundingBoxParameter.meta({
    description:
      'Only devices that were in this box at some time of the period; their whole tracks. West, south, east and north in degrees, edges included; not across the antimeridian.',
  }),
  kinds: listParameter('Only these kinds, of those that move', 'bus,vehicle'),
  org: idParameter('Only this organisation’s.').optional(),
  step: z
    .string()
    .transform((text, context) => {
      if (text === 'auto') return undefined
      if (text === 'none') return 0
      const ms = readDuration(text)
      if (ms !== undefined && ms >= LEAST_STEP_MS && ms <= MOST_STEP_MS) return ms
      context.addIssue({ code: 'custom', message: 'must be auto, none, or 1s to 1h' })
      return z.NEVER
    })
    .optional()
    .meta({
      description:
        'About so long from fix to fix; those in between are left out, but for both sides of a silence. `none`: as stored. `auto`, the usual: as little as the length of an answer takes. The answer says which step it has.',
      example: '10s',
    }),
})

/** A question for tracks after its schema. */
export type TracksQuery = z.output<typeof TracksParameters>
