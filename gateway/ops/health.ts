import type { HealthCheck, HealthReport } from '../model/health.ts'
import { type Journal, type JournalCondition, takesFrames } from '../model/journal.ts'
import type { SinkStatus } from '../model/sink.ts'

/** Whom to ask. */
export interface HealthSources {
  readonly version: string
  readonly startedAt: number
  readonly journal: Journal
  readonly sinks: () => readonly SinkStatus[]
  readonly connections: () => number
  /** What is wrong with the series store, if it was asked and did not answer. */
  readonly seriesProblem: () => string | undefined
  /** What is wrong with the certificates, or soon will be. Absent: there are none. */
  readonly certificateProblem?: () => string | undefined
}

/** How the gateway is: `failing` when frames cannot be taken, `degraded` when they can but something behind lags. */
export function healthReport(sources: HealthSources): HealthReport {
  const condition = sources.journal.condition
  const sinks = sources.sinks()
  const seriesProblem = sources.seriesProblem()
  const checks: HealthCheck[] = [
    ...journalChecks(condition, sinks),
    { name: 'series store', ok: seriesProblem === undefined, ...(seriesProblem && { advice: seriesProblem }) },
    ...certificateChecks(sources),
    ...sinks.map(sinkCheck),
  ]
  return {
    status: takesFrames(condition) ? (checks.every(check => check.ok) ? 'ok' : 'degraded') : 'failing',
    version: sources.version,
    startedAt: sources.startedAt,
    checks,
    journal: condition,
    sinks,
    connections: sources.connections(),
  }
}

function journalChecks(condition: JournalCondition, sinks: readonly SinkStatus[]): readonly HealthCheck[] {
  const { state, damageAdvice } = condition
  const advice = [condition.advice, state === 'pressed' || state === 'full' ? holder(sinks) : undefined].filter(part => part !== undefined).join('; ')
  const journal = { name: 'journal', ok: state === 'normal', ...(advice && { advice }) }
  return damageAdvice ? [journal, { name: 'journal files', ok: false, advice: damageAdvice }] : [journal]
}

function certificateChecks({ certificateProblem }: HealthSources): readonly HealthCheck[] {
  if (certificateProblem === undefined) return []
  const advice = certificateProblem()
  return [{ name: 'certificates', ok: advice === undefined, ...(advice && { advice }) }]
}

/** Which sink it is that the journal's frames wait for: the one that is furthest behind. */
function holder(sinks: readonly SinkStatus[]): string | undefined {
  const last = sinks.reduce<SinkStatus | undefined>((before, status) => (before && before.cursor <= status.cursor ? before : status), undefined)
  if (!last || last.lagFrames === 0) return undefined
  return `its frames wait for ${last.name}, which is ${last.lagFrames} frames and ${Math.round(last.lagSeconds)} s behind${last.problem ? ` (${last.problem})` : ''}`
}

function sinkCheck(status: SinkStatus): HealthCheck {
  const name = `sink ${status.name}`
  if (status.problem)
    return { name, ok: false, advice: `${status.problem}; its readings wait in the journal (${status.lagFrames} frames, ${Math.round(status.lagSeconds)} s)` }
  if (status.lagSeconds > status.lagBudgetSeconds)
    return {
      name,
      ok: false,
      advice: `${status.name} is ${Math.round(status.lagSeconds)} s behind (${status.lagFrames} frames), more than its budget of ${status.lagBudgetSeconds} s: look at the machine it runs on, or send less; when the journal's budget is spent, devices wait`,
    }
  return { name, ok: true }
}
