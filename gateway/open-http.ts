import { join } from 'node:path'
import { loadExampleFrames } from '../devices/example-frames.ts'
import { openModelBench } from '../devices/model-bench.ts'
import { ClientAddresses } from './api/client-address.ts'
import { HttpConnections } from './api/http-connections.ts'
import { HttpServer } from './api/http-server.ts'
import type { MapSettings } from './api/options.ts'
import { RequestPace } from './api/request-pace.ts'
import type { Broker } from './broker/broker.ts'
import type { CommandBook } from './commands/command-book.ts'
import type { Config } from './config/config.ts'
import type { HourBook } from './hours/hour-book.ts'
import type { FileJournal } from './journal/file-journal.ts'
import { limitReport } from './limit-report.ts'
import type { LiveStates } from './live/live-states.ts'
import { AddressSet } from './model/address-set.ts'
import type { AttemptWatch } from './model/attempt-watch.ts'
import { AttemptLimiter, personAttemptRules } from './model/attempts.ts'
import type { Catalogue } from './model/device.ts'
import type { HealthReport } from './model/health.ts'
import type { Log } from './model/log.ts'
import type { SeriesStore } from './model/series.ts'
import type { SinkStatus } from './model/sink.ts'
import { openDistricts } from './open-districts.ts'
import type { OpenLinks } from './open-links.ts'
import { openProvider } from './open-provider.ts'
import { lineFigures } from './ops/line-figures.ts'
import { Metrics } from './ops/metrics.ts'
import type { FrameAccount } from './pipeline/account-book.ts'
import type { DecodingFacts } from './pipeline/decoding-facts.ts'
import { CatalogueFrameReader } from './pipeline/frame-reader.ts'
import { ListTaker } from './registry/enrolment/list-taker.ts'
import { WaitingList } from './registry/provisioning/waiting-list.ts'
import type { Registry } from './registry/registry.ts'
import type { Tickets } from './registry/tickets.ts'
import { TokenOffice } from './registry/token-office.ts'
import { Upkeep } from './registry/upkeep.ts'
import type { Certificates } from './transport/certificates.ts'

/** What the API and the dashboard lean on, all of it running. */
export interface HttpParts {
  readonly config: Config
  readonly catalogue: Catalogue
  readonly registry: Registry
  readonly live: LiveStates
  readonly hours: HourBook
  readonly series: SeriesStore
  readonly account: FrameAccount
  readonly facts: DecodingFacts
  readonly journal: FileJournal
  readonly links: OpenLinks
  readonly commands: CommandBook
  readonly broker: Broker
  readonly tickets: Tickets
  /** Told of sign-ins of people that were turned away. */
  readonly personWatch: AttemptWatch
  /** Undefined: nothing is encrypted. */
  readonly certificates: Certificates | undefined
  readonly sinkStatuses: () => readonly SinkStatus[]
  readonly health: () => Promise<HealthReport>
  readonly log: Log
  readonly now: () => number
}

/** Opens the port that serves API, dashboard, metrics and MQTT over WebSocket, with the limits that hold on it. */
export async function openHttp(parts: HttpParts): Promise<HttpServer> {
  const { config, catalogue, registry, live, hours, series, account, facts, journal, links, commands, broker, certificates, log, now } = parts
  const attempts = new AttemptLimiter({ rules: personAttemptRules, watch: parts.personWatch })
  const pace = new RequestPace({ perToken: config.limits.apiRequestsPerSecond, perAddress: config.limits.apiRequestsPerAddressPerSecond })
  const connections = new HttpConnections({ all: config.limits.httpConnections, perAddress: config.limits.httpConnectionsPerAddress })
  const metrics = new Metrics({
    journal,
    account,
    sinks: parts.sinkStatuses,
    rooms: {
      mqtt: () => broker.stats(),
      api: () => ({ refused: pace.refused }),
      http: () => connections.figures,
      lines: () => lineFigures(links.lines),
      clocks: () => ({ off: facts.clocks.counts() }),
      account: () => ({ lostFrames: account.total().lost ?? 0 }),
      ...links.rooms,
    },
    devices: () => registry.size,
  })
  const districts = await openDistricts(log)
  const server = new HttpServer({
    ...config.http,
    catalogue,
    directory: registry,
    lists: new ListTaker(registry, catalogue),
    enrolments: new WaitingList(registry),
    orgs: registry.organisations,
    upkeep: new Upkeep({ registry, catalogue, now }),
    live,
    hours,
    ...(districts && { districts }),
    series,
    account,
    clocks: facts.clocks,
    ...(links.dtus && { dtus: links.dtus }),
    frames: new CatalogueFrameReader(catalogue, await loadExampleFrames(catalogue)),
    bench: await openModelBench(catalogue, config.models),
    journal,
    lines: links.lines,
    commands,
    audit: registry.audit,
    tokens: new TokenOffice(registry),
    health: parts.health,
    limits: () => limitReport(config, { broker, pace, http: connections, attempts, rooms: links.rooms }),
    exports: { rows: config.limits.exportRows, bytes: config.limits.exportBytes },
    pace,
    connections,
    metrics: () => metrics.text(),
    authenticator: registry,
    signIn: { people: registry.people, attempts, ...(await openProvider(config, registry.people, log)) },
    tickets: parts.tickets,
    dashboardFolder: join(import.meta.dirname, '..', 'dashboard', 'dist'),
    mapSettings: mapSettings(config),
    ...(config.http.tls === 'on' && certificates && { certificates }),
    clients: new ClientAddresses(new AddressSet(config.http.trustedProxies)),
    upgrade: (request, socket, head, peer) => broker.upgrade(request, socket, head, peer),
    log,
    now,
  })
  await server.start()
  return server
}

function mapSettings({ http, timeZone }: Config): MapSettings {
  return {
    timeZone,
    ...(http.mapStyle && { styleUrl: http.mapStyle }),
    ...(http.mapTiles && { tilesUrl: http.mapTiles }),
    ...(http.mapPmtiles && { pmtilesUrl: http.mapPmtiles }),
    ...(http.mapFolder && { folder: http.mapFolder }),
    datum: http.mapDatum,
  }
}
