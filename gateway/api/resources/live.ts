import { z } from 'zod'
import { alarmFields, isFlagged } from '../../model/flagged.ts'
import type { LiveState } from '../../model/live.ts'
import type { Position } from '../../model/reading.ts'
import { boundingBoxParameter, inside } from '../bounding-box.ts'
import { ageSeconds, conditionOf, timeText } from '../device-json.ts'
import type { ApiSources } from '../options.ts'
import { integerParameter, listParameter } from '../parameters.ts'
import { jsonPieces } from '../pieces.ts'
import { Answer, type Route, route } from '../route.ts'
import { StaleSinceSchema, StateSchema, TimeSchema } from '../schemas.ts'
import { type KnownDevice, Scope } from '../scope.ts'

const MOST_FEATURES = 20_000
/** RFC 7946 § 12. */
const GEOJSON = 'application/geo+json'

const FeatureSchema = z
  .object({
    type: z.literal('Feature'),
    id: z.string(),
    geometry: z.object({ type: z.literal('Point'), coordinates: z.tuple([z.number(), z.number()]) }),
    properties: z.object({
      device: z.string(),
      kind: z.string(),
      org: z.string(),
      name: z.string().optional(),
      group: z.string().optional().meta({ description: 'The device is registered in.' }),
      route: z.string().optional().meta({ description: 'Of what drives on one, by its newest reading.' }),
      at: TimeSchema.optional(),
      ageSeconds: z.number().optional().meta({ description: 'Since `at`.' }),
      state: StateSchema,
      staleSince: StaleSinceSchema.optional(),
      heading: z.number().optional().meta({ description: 'Degrees, clockwise from north.' }),
      speed: z.number().optional().meta({ description: 'km/h.' }),
      flagged: z.boolean(),
      simulated: z.boolean(),
      revision: z.int().meta({ description: 'Of the device’s newest change; 0 when it never sent a reading.' }),
    }),
  })
  .meta({ id: 'LiveFeature' })

const LiveSchema = z
  .object({
    type: z.literal('FeatureCollection'),
    features: z.array(FeatureSchema),
    revision: z.int().meta({ description: 'Of the newest change in this snapshot: tile frames with a higher one follow it.' }),
    truncated: z.boolean().meta({ description: 'There are more devices than `limit`: ask for a smaller box.' }),
  })
  .meta({ id: 'Live', description: 'Last known positions as GeoJSON (RFC 7946), with `revision` and `truncated` as foreign members (§ 6.1).' })

const LiveParameters = z.object({
  bbox: boundingBoxParameter,
  kinds: listParameter('Only these kinds', 'bus,worksite'),
  org: z.string().max(64, 'is longer than 64').optional().meta({ description: 'Only this organisation’s.' }),
  limit: integerParameter({ least: 1, most: MOST_FEATURES, usual: MOST_FEATURES, description: 'Features in the answer.' }),
})

type LiveQuery = z.output<typeof LiveParameters>

/** The picture the live map starts from. */
export function liveRoutes(sources: ApiSources): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/live',
      id: 'getLive',
      tag: 'Live',
      summary: 'Where devices are now, as GeoJSON',
      description: 'The last known position, or else the place where it is installed. A device that has neither is left out.',
      for: 'read',
      caching: 'no-store',
      mediaType: GEOJSON,
      query: LiveParameters,
      response: LiveSchema,
      handle: ({ query, asker }) => {
        const scope = new Scope(asker, sources)
        if (query.kinds) scope.checkKinds(query.kinds, 'kinds')
        // Read before the first feature: what changes while they are written comes in tile frames with a higher revision.
        const before = { type: 'FeatureCollection', revision: sources.live.revision }
        let truncated = false
        const items = features(sources, scope, query, () => {
          truncated = true
        })
        return Answer.text(jsonPieces({ before, list: 'features', items, after: () => ({ truncated }) }), { mediaType: GEOJSON })
      },
    }),
  ]
}

function* features(sources: ApiSources, scope: Scope, query: LiveQuery, onTruncated: () => void): Generator<z.input<typeof FeatureSchema>> {
  let count = 0
  for (const known of scope.devices()) {
    const state = sources.live.get(known.device.id)
    const kind = known.kind?.id ?? state?.kind
    const position = state?.position ?? known.device.place
    if (kind === undefined || position === undefined) continue
    if (query.org !== undefined && known.device.org !== query.org) continue
    if (query.kinds !== undefined && !query.kinds.includes(kind)) continue
    if (query.bbox !== undefined && !inside(query.bbox, position)) continue
    if (count === query.limit) {
      onTruncated()
      return
    }
    count += 1
    yield feature(known, kind, state, position, sources.now())
  }
}

function feature({ device, kind }: KnownDevice, kindId: string, state: LiveState | undefined, position: Position, now: number): z.input<typeof FeatureSchema> {
  return {
    type: 'Feature',
    id: device.id,
    geometry: { type: 'Point', coordinates: [position.lon, position.lat] },
    properties: {
      device: device.id,
      kind: kindId,
      org: device.org,
      ...(device.name !== undefined && { name: device.name }),
      ...(device.group !== undefined && { group: device.group }),
      ...routeOf(state),
      ...(state && { at: timeText(state.at), ageSeconds: ageSeconds(state.at, now) }),
      state: conditionOf(state, kind, now),
      ...(state?.goneSince !== undefined && { staleSince: timeText(state.goneSince) }),
      ...numberOf(state, 'heading'),
      ...numberOf(state, 'speed'),
      flagged: state !== undefined && isFlagged(state, alarmFields(kind)),
      simulated: device.simulated === true,
      revision: state?.revision ?? 0,
    },
  }
}

function numberOf(state: LiveState | undefined, field: 'heading' | 'speed'): { heading?: number; speed?: number } {
  const value = state?.values[field]?.value
  return typeof value === 'number' ? { [field]: value } : {}
}

function routeOf(state: LiveState | undefined): { route?: string } {
  const value = state?.values.route?.value
  return typeof value === 'string' && value !== '' ? { route: value } : {}
}
