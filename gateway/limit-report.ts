import type { HttpConnections } from './api/http-connections.ts'
import type { RequestPace } from './api/request-pace.ts'
import type { Broker } from './broker/broker.ts'
import type { Config } from './config/config.ts'
import type { AttemptLimiter } from './model/attempts.ts'
import type { LimitsReport, LimitUse } from './model/limits.ts'

/** The parts that keep limits. */
export interface LimitKeepers {
  readonly broker: Pick<Broker, 'stats' | 'contested'>
  readonly pace: Pick<RequestPace, 'refused'>
  readonly http: Pick<HttpConnections, 'figures'>
  /** Of people's passwords. */
  readonly attempts: Pick<AttemptLimiter, 'figures'>
  /** Of the links. */
  readonly rooms: Readonly<Record<string, () => object>>
}

/** Every limit that is set, with what the parts that keep it have counted. */
export function limitReport({ limits, links }: Pick<Config, 'limits' | 'links'>, parts: LimitKeepers): LimitsReport {
  const { broker, pace, rooms } = parts
  const stats = broker.stats()
  const http = parts.http.figures
  const { refused, signInGuard, paces } = stats
  const ports = portFigures(rooms)
  const uses: readonly Omit<LimitUse, 'most'>[] = [
    { setting: 'limits.connections', inUse: stats.connections, beyond: refused.TOO_MANY_CONNECTIONS },
    { setting: 'limits.connectionsPerAddress', inUse: stats.connectionsOfOneAddress, beyond: refused.TOO_MANY_CONNECTIONS_OF_ADDRESS },
    { setting: 'limits.connectionsPerDevice', beyond: refused.TAKEN_OVER },
    { setting: 'limits.signInsPerAddressPerSecond', beyond: signInGuard.delayed },
    { setting: 'limits.wrongSignIns', inUse: signInGuard.lockedNames, beyond: refused.LOCKED_OUT },
    { setting: 'limits.longestLock' },
    { setting: 'limits.wrongSignInsPerAddress', inUse: signInGuard.lockedAddresses, beyond: refused.ADDRESS_LOCKED_OUT },
    // Whether messages or bytes were too many is not told apart.
    { setting: 'limits.messagesPerSecond', beyond: paces.heldDevice },
    { setting: 'limits.bytesPerSecond', beyond: paces.heldDevice },
    { setting: 'limits.organisationMessagesPerSecond', inUse: paces.waitingOrganisation, beyond: paces.heldOrganisation },
    { setting: 'limits.organisationBytesPerSecond', inUse: paces.waitingOrganisation, beyond: paces.heldOrganisation },
    { setting: 'limits.payloadBytes', beyond: refused.TOO_LARGE },
    { setting: 'limits.inFlightPerClient' },
    { setting: 'limits.subscriptionsPerClient', beyond: refused.TOO_MANY_SUBSCRIPTIONS },
    { setting: 'limits.sessionsPerPrincipal', beyond: refused.TOO_MANY_SESSIONS },
    { setting: 'limits.queuedPerSession', beyond: stats.droppedOffline },
    { setting: 'limits.queuedBytesPerSession', beyond: stats.droppedOffline },
    { setting: 'limits.queuedBytes', inUse: stats.queuedBytes, beyond: stats.droppedOffline },
    { setting: 'limits.httpConnections', inUse: http.open, beyond: http.refused.all },
    { setting: 'limits.httpConnectionsPerAddress', inUse: http.ofOneAddress, beyond: http.refused.address },
    { setting: 'limits.apiRequestsPerSecond', beyond: pace.refused.token },
    { setting: 'limits.apiRequestsPerAddressPerSecond', beyond: pace.refused.address },
    { setting: 'limits.exportRows' },
    { setting: 'limits.exportBytes' },
    { setting: 'links.connections', inUse: ports.connections, beyond: ports.full },
    { setting: 'links.connectionsPerAddress', beyond: ports.crowded },
    { setting: 'links.acceptsPerAddressPerSecond', beyond: ports.fast },
    { setting: 'links.bytesPerAddressPerSecond', beyond: ports.held },
  ]
  const set = new Map<string, unknown>([...prefixed('limits', limits), ...prefixed('links', links)])
  const withMost = uses.map(use => {
    const most = set.get(use.setting)
    return typeof most === 'number' ? { ...use, most } : use
  })
  return { limits: withMost, contested: broker.contested, people: parts.attempts.figures }
}

function prefixed(group: string, values: object): [string, unknown][] {
  return Object.entries(values).map(([name, value]) => [`${group}.${name}`, value])
}

/** Of all ports on which devices dial in that do not speak MQTT. */
function portFigures(rooms: Readonly<Record<string, () => object>>): Readonly<Record<'connections' | 'full' | 'crowded' | 'fast' | 'held', number>> {
  const sums = { connections: 0, full: 0, crowded: 0, fast: 0, held: 0 }
  for (const [name, stats] of Object.entries(rooms)) {
    if (!name.endsWith('_port')) continue
    const figures = new Map<string, unknown>(Object.entries(stats()))
    const closedBy = new Map<string, unknown>(Object.entries(figures.get('closedBy') ?? {}))
    sums.connections = Math.max(sums.connections, numberOf(figures.get('connections')))
    sums.held += numberOf(figures.get('held'))
    sums.full += numberOf(closedBy.get('too many connections'))
    sums.crowded += numberOf(closedBy.get('too many connections of one address'))
    sums.fast += numberOf(closedBy.get('too many new connections of one address'))
  }
  return sums
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
