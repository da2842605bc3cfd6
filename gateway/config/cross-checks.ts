import type { CrossCheck } from './cross-check.ts'
import { oidcChecks } from './oidc-checks.ts'
import { transportChecks } from './transport-checks.ts'
import { isLoopback } from './values.ts'

/** What must hold between settings. */
export const crossChecks: readonly CrossCheck[] = [
  ...transportChecks,
  ...oidcChecks,
  {
    keys: ['http.host', 'http.access'],
    blames: 'http.host',
    problem: value =>
      value('http.access') === 'loopback' && !isLoopback(String(value('http.host')))
        ? `http.host ${String(value('http.host'))} lets other machines in, and with http.access 'loopback' nobody has to sign in: set http.access to 'sign-in', or http.host to 127.0.0.1`
        : undefined,
  },
  {
    keys: ['http.host', 'http.port', 'mqtt.host', 'mqtt.port'],
    blames: 'mqtt.port',
    problem: value =>
      value('http.port') !== 0 && value('http.port') === value('mqtt.port') && value('http.host') === value('mqtt.host')
        ? `mqtt.port and http.port are both ${String(value('mqtt.port'))}: MQTT and HTTP need a port each`
        : undefined,
  },
  {
    keys: ['influx.username', 'influx.password'],
    blames: 'influx.password',
    problem: value =>
      value('influx.password') !== undefined && value('influx.username') === undefined
        ? 'influx.password is set and influx.username is not: InfluxDB needs both or neither'
        : undefined,
  },
  {
    keys: ['journal.segmentBytes', 'journal.budgetBytes'],
    blames: 'journal.segmentBytes',
    problem: value =>
      Number(value('journal.segmentBytes')) * 2 > Number(value('journal.budgetBytes'))
        ? `journal.segmentBytes ${String(value('journal.segmentBytes'))} must be at most half of journal.budgetBytes ${String(value('journal.budgetBytes'))}: room is won one segment at a time`
        : undefined,
  },
  {
    keys: ['journal.keepBytes', 'journal.segmentBytes', 'journal.budgetBytes'],
    blames: 'journal.keepBytes',
    problem: value =>
      Number(value('journal.keepBytes')) + Number(value('journal.segmentBytes')) > Number(value('journal.budgetBytes'))
        ? `journal.keepBytes ${String(value('journal.keepBytes'))} leaves no room for new frames in journal.budgetBytes ${String(value('journal.budgetBytes'))}: keep less, or raise the budget`
        : undefined,
  },
  {
    keys: ['limits.payloadBytes', 'journal.segmentBytes'],
    blames: 'limits.payloadBytes',
    problem: value =>
      Number(value('limits.payloadBytes')) > Number(value('journal.segmentBytes'))
        ? `limits.payloadBytes ${String(value('limits.payloadBytes'))} is more than journal.segmentBytes ${String(value('journal.segmentBytes'))}: a frame must fit a segment`
        : undefined,
  },
]
