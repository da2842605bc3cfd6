import { z } from 'zod'
import manifest from '../../../package.json' with { type: 'json' }
import type { ApiSources } from '../options.ts'
import { Answer, type Route, route } from '../route.ts'

const SettingsSchema = z
  .object({
    version: z.string(),
    timeZone: z.string().meta({ description: 'Where the city’s days start.', example: 'Asia/Shanghai' }),
    map: z.object({
      styleUrl: z.string().optional().meta({ description: 'A MapLibre style; absent: the schematic map.' }),
      tilesUrl: z.string().optional().meta({ description: 'A raster tile template.' }),
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

/** Settings, metrics, and tickets for live topics. */
export function operationRoutes({ mapSettings, metrics, tickets }: ApiSources): readonly Route[] {
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
        const { styleUrl, tilesUrl, timeZone } = mapSettings
        return { version: manifest.version, timeZone, map: { ...(styleUrl !== undefined && { styleUrl }), ...(tilesUrl !== undefined && { tilesUrl }) } }
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/live/tickets',
      id: 'issueLiveTicket',
      tag: 'Live',
      summary: 'A short-lived password for live topics over WebSocket',
      description: 'For the dashboard. An integrator signs in to MQTT with the token itself. Takes no body.',
      for: 'operator',
      caching: 'no-store',
      response: TicketSchema,
      handle: () => ({ ...tickets.issue(), path: '/mqtt' }),
    }),
    route({
      method: 'get',
      path: '/metrics',
      id: 'getMetrics',
      tag: 'Operation',
      summary: 'Metrics for Prometheus',
      for: 'readers',
      caching: 'no-store',
      texts: { 'text/plain': 'Prometheus text exposition format 0.0.4.' },
      handle: async () => Answer.text(await metrics(), { mediaType: 'text/plain; version=0.0.4; charset=utf-8' }),
    }),
  ]
}
