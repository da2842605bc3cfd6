import { z } from 'zod'
import manifest from '../../../package.json' with { type: 'json' }
import type { ApiSources } from '../options.ts'
import { Problem } from '../problem.ts'
import { Answer, type Route, route } from '../route.ts'

const SettingsSchema = z
  .object({
    version: z.string(),
    timeZone: z.string().meta({ description: 'Where the city’s days start.', example: 'Asia/Shanghai' }),
    map: z.object({
      styleUrl: z.string().optional().meta({ description: 'A MapLibre style; absent: the schematic map.' }),
      tilesUrl: z.string().optional().meta({ description: 'A raster tile template.' }),
      pmtilesUrl: z.string().optional().meta({ description: 'A PMTiles file.' }),
      datum: z.enum(['wgs84', 'gcj02', 'bd09']).meta({ description: 'Of the base map. Positions of this API are WGS-84.' }),
    }),
  })
  .meta({ id: 'Settings', description: 'What a map of this city needs to know.' })

const TicketSchema = z
  .object({
    username: z.string(),
    password: z.string(),
    expiresInSeconds: z.number(),
    path: z.string().meta({ description: 'Where MQTT over WebSocket is spoken on this server.', example: '/mqtt' }),
  })
  .meta({ id: 'Ticket', description: 'Signs in to MQTT over WebSocket, to read live topics.' })

const LimitsSchema = z
  .object({
    limits: z.array(
      z.object({
        setting: z.string().meta({ example: 'limits.connections' }),
        most: z.number().optional().meta({ description: 'Absent: without an end. Milliseconds for a length of time.' }),
        inUse: z.number().optional().meta({ description: 'Now; of a limit for each of many, the largest that is known.' }),
        beyond: z.number().optional().meta({ description: 'How often it was reached since the start: refused, closed, dropped, or made to wait.' }),
      }),
    ),
    contested: z.array(z.string()).meta({ description: 'Devices and MQTT sessions over which two clients fight now.', example: ['device/bus-0417'] }),
    people: z
      .object({
        lockedNames: z.number().meta({ description: 'Names that are locked for an address now.' }),
        lockedAddresses: z.number().meta({ description: 'Addresses from which only names that were right there before are looked at now.' }),
        slowedNames: z.number().meta({ description: 'Names that are answered late now, having been tried in vain from many addresses.' }),
        locks: z.number().meta({ description: 'Since the start.' }),
        refused: z.number().meta({ description: 'Sign-ins that were refused because of a lock, since the start.' }),
      })
      .meta({ description: 'What wrong passwords and codes of people have locked.' }),
  })
  .meta({ id: 'Limits', description: 'Every limit, how near it is, and how often it was reached.' })

/** Settings, limits, metrics, and tickets for live topics. */
export function operationRoutes({ limits, mapSettings, metrics, tickets }: ApiSources): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/settings',
      id: 'getSettings',
      tag: 'Operation',
      summary: 'The public settings: version, map and time zone',
      for: 'everybody',
      caching: 'revalidate',
      response: SettingsSchema,
      handle: () => {
        const { styleUrl, tilesUrl, pmtilesUrl, datum, timeZone } = mapSettings
        const map = {
          ...(styleUrl !== undefined && { styleUrl }),
          ...(tilesUrl !== undefined && { tilesUrl }),
          ...(pmtilesUrl !== undefined && { pmtilesUrl }),
          datum,
        }
        return { version: manifest.version, timeZone, map }
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/live/tickets',
      id: 'issueLiveTicket',
      tag: 'Live',
      summary: 'A short-lived password for live topics over WebSocket',
      description: 'For the dashboard. An integrator signs in to MQTT with the token itself. Takes no body.',
      for: 'read',
      caching: 'no-store',
      response: TicketSchema,
      handle: ({ asker }) => {
        if (asker.type === 'local' || asker.type === 'person') return { ...tickets.issue(asker), path: '/mqtt' }
        throw new Problem(403, 'FORBIDDEN', 'Tickets are for pages of people: a token signs in to MQTT by itself.')
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/limits',
      id: 'getLimits',
      tag: 'Operation',
      summary: 'Every limit, and how near it is',
      for: 'maintain',
      overall: true,
      caching: 'no-store',
      response: LimitsSchema,
      handle: () => {
        const { limits: uses, contested, people } = limits()
        return { limits: uses.map(use => ({ ...use })), contested: [...contested], people: { ...people } }
      },
    }),
    route({
      method: 'get',
      path: '/metrics',
      id: 'getMetrics',
      tag: 'Operation',
      summary: 'Metrics for Prometheus',
      for: 'read',
      caching: 'no-store',
      texts: { 'text/plain': 'Prometheus text exposition format 0.0.4.' },
      handle: async () => Answer.text(await metrics(), { mediaType: 'text/plain; version=0.0.4; charset=utf-8' }),
    }),
  ]
}
