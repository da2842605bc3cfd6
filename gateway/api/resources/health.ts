import { z } from 'zod'
import type { HealthReport } from '../../model/health.ts'
import { mayOverall } from '../../model/rights.ts'
import type { ApiSources } from '../options.ts'
import { Answer, type Route, route } from '../route.ts'
import { TimeSchema } from '../schemas.ts'

const HealthSchema = z
  .object({
    status: z.enum(['ok', 'degraded', 'failing']).meta({
      description: '`degraded`: receipts still hold, something behind them lags or fails. `failing`: frames can not be taken.',
    }),
    version: z.string().optional(),
    startedAt: TimeSchema.optional(),
    checks: z.array(z.object({ name: z.string(), ok: z.boolean(), advice: z.string().optional() })).optional(),
    journal: z
      .object({
        state: z.enum(['normal', 'pressed', 'full', 'failing']).meta({
          description: '`pressed`: 80 % of the budget is used and frames are still taken. `full` and `failing`: devices wait without receipts.',
        }),
        advice: z.string().optional(),
        bytes: z.number(),
        budgetBytes: z.number(),
        segments: z.int(),
        unsynced: z.int(),
        damages: z
          .int()
          .optional()
          .meta({ description: 'Places where synced frames were found damaged or missing, ever: `citygate journal inspect` lists them.' }),
        lostFrames: z.int().optional().meta({ description: 'Frames that can not be read any more because of it.' }),
        damageAdvice: z.string().optional(),
      })
      .optional(),
    sinks: z
      .array(
        z.object({
          name: z.string(),
          cursor: z.int(),
          lagFrames: z.int(),
          lagSeconds: z.number(),
          state: z.enum(['running', 'retrying', 'stopped']),
          problem: z.string().optional(),
          lagBudgetSeconds: z.number().meta({ description: 'A sink that lags by more makes the gateway `degraded`.' }),
          batchReadings: z.int().meta({ description: 'Readings it is handed at once; grows and shrinks with how fast it takes them.' }),
        }),
      )
      .optional(),
    connections: z.int().optional(),
  })
  .meta({ id: 'Health', description: 'How the gateway is. Whoever may not read all of the gateway gets `status` alone.' })

/** How long one look at the gateway's health serves everybody who asks: anyone may ask, and a look reaches the series store. */
const FRESH_MS = 1000

/** How the gateway is. */
export function healthRoutes(sources: ApiSources): readonly Route[] {
  let look: { readonly at: number; readonly report: Promise<HealthReport> } | undefined
  const report = (): Promise<HealthReport> => {
    const now = sources.now()
    if (look === undefined || Math.abs(now - look.at) >= FRESH_MS) look = { at: now, report: sources.health() }
    return look.report
  }
  return [
    route({
      method: 'get',
      path: '/api/v1/health',
      id: 'getHealth',
      tag: 'Operation',
      summary: 'Whether frames are taken, and what lags behind',
      for: 'everybody',
      caching: 'no-store',
      response: HealthSchema,
      alsoStatus: { 503: 'Failing: frames can not be taken.' },
      handle: async ({ asker }) => {
        const health = await report()
        const status = health.status === 'failing' ? 503 : 200
        return Answer.json(asker.type !== 'nobody' && mayOverall(asker, 'read') ? whole(health) : { status: health.status }, { status })
      },
    }),
  ]
}

function whole(report: HealthReport): z.input<typeof HealthSchema> {
  return {
    status: report.status,
    version: report.version,
    startedAt: new Date(report.startedAt).toISOString(),
    checks: report.checks.map(check => ({ ...check })),
    journal: { ...report.journal },
    sinks: report.sinks.map(sink => ({ ...sink })),
    connections: report.connections,
  }
}
