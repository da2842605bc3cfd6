import { describe, expect, it } from 'vitest'
import type { HealthReport } from '../../gateway/model/health.ts'
import type { Journal, JournalCondition } from '../../gateway/model/journal.ts'
import type { SinkStatus } from '../../gateway/model/sink.ts'
import { healthReport } from '../../gateway/ops/health.ts'

const journal: JournalCondition = { state: 'normal', bytes: 1, budgetBytes: 10, segments: 1, unsynced: 0 }
const sink: SinkStatus = { name: 'series', cursor: 100, lagFrames: 0, lagSeconds: 0, state: 'running', lagBudgetSeconds: 60, batchReadings: 5_000 }

function report(changes: {
  readonly journal?: Partial<JournalCondition>
  readonly sinks?: readonly Partial<SinkStatus>[]
  readonly series?: string
}): HealthReport {
  return healthReport({
    version: '1',
    startedAt: 0,
    journal: { condition: { ...journal, ...changes.journal } } as Journal,
    sinks: () => (changes.sinks ?? [{}]).map(change => ({ ...sink, ...change })),
    connections: () => 3,
    seriesProblem: () => changes.series,
  })
}

function advice(of: HealthReport): readonly string[] {
  return of.checks.flatMap(check => (check.ok ? [] : [`${check.name}: ${check.advice}`]))
}

describe('health', () => {
  it('is ok when nothing is wrong', () => {
    expect(report({})).toMatchObject({ status: 'ok', connections: 3 })
  })

  it('is failing when the budget is spent, and names the sink that holds the journal and why', () => {
    const spent = report({
      journal: { state: 'full', advice: 'the journal has used its budget' },
      sinks: [{ cursor: 40, lagFrames: 60, lagSeconds: 900, state: 'retrying', problem: 'InfluxDB does not answer' }, { name: 'live' }],
    })
    expect(spent.status).toBe('failing')
    expect(advice(spent)[0]).toBe(
      'journal: the journal has used its budget; its frames wait for series, which is 60 frames and 900 s behind (InfluxDB does not answer)',
    )
  })

  it('is degraded when the budget is nearly spent, or a sink is behind its own', () => {
    const pressed = report({ journal: { state: 'pressed', advice: 'nearly full' }, sinks: [{}, { name: 'live', cursor: 90, lagFrames: 10, lagSeconds: 5 }] })
    expect(pressed.status).toBe('degraded')
    expect(advice(pressed)).toEqual(['journal: nearly full; its frames wait for live, which is 10 frames and 5 s behind'])
    const behind = report({ sinks: [{ cursor: 1, lagFrames: 99, lagSeconds: 61 }] })
    expect(behind.status).toBe('degraded')
    expect(advice(behind)[0]).toMatch(/^sink series: series is 61 s behind \(99 frames\), more than its budget of 60 s/)
    expect(report({ sinks: [{ cursor: 1, lagFrames: 99, lagSeconds: 59 }] }).status).toBe('ok')
  })

  it('blames no sink for a disk that fails', () => {
    const failing = report({ journal: { state: 'failing', advice: 'the disk does not answer' }, sinks: [{ cursor: 1, lagFrames: 99, lagSeconds: 1 }] })
    expect(failing.status).toBe('failing')
    expect(advice(failing)).toEqual(['journal: the disk does not answer'])
  })
})
