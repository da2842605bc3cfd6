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
}

/** How the gateway is: `failing` when frames cannot be taken, `degraded` when they can but something behind lags. */
export function healthReport(sources: HealthSources): HealthReport {
  const condition = sources.journal.condition
  const sinks = sources.sinks()
  const seriesProblem = sources.seriesProblem()
  const checks: HealthCheck[] = [
    ...journalChecks(condition),
    { name: 'series store', ok: seriesProblem === undefined, ...(seriesProblem && { advice: seriesProblem }) },
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

function journalChecks(condition: JournalCondition): readonly HealthCheck[] {
  const { state, advice, damageAdvice } = condition
  const journal = { name: 'journal', ok: state === 'normal', ...(advice && { advice }) }
  return damageAdvice ? [journal, { name: 'journal files', ok: false, advice: damageAdvice }] : [journal]
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
