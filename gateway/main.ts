import { rm } from 'node:fs/promises'
import { loadCatalogue } from '../devices/catalogue.ts'
import packageJson from '../package.json' with { type: 'json' }
import { Broker } from './broker/broker.ts'
import { defaultBrokerLimits } from './broker/limits.ts'
import { CommandBook } from './commands/command-book.ts'
import { CommandFile } from './commands/command-file.ts'
import type { Config } from './config/config.ts'
import { CityTopics } from './feeds/city-topics.ts'
import { firstAdmin } from './first-admin.ts'
import { greeting } from './greeting.ts'
import { HourBook } from './hours/hour-book.ts'
import { FileJournal } from './journal/file-journal.ts'
import { CarriedFrames } from './links/dtu/carried-frames.ts'
import { followDirectory } from './live/follow-directory.ts'
import { LiveStates } from './live/live-states.ts'
import { TilePublisher } from './live/tile-publisher.ts'
import { GatewayError } from './model/errors.ts'
import type { HealthReport } from './model/health.ts'
import type { Log } from './model/log.ts'
import type { SeriesStore } from './model/series.ts'
import { mqttDoors, openCertificates, plainMqttHost } from './open-doors.ts'
import { openHttp } from './open-http.ts'
import { openLinks } from './open-links.ts'
import { openSeries } from './open-series.ts'
import { openSignInWatches } from './open-sign-in-watches.ts'
import { DataFolder } from './ops/data-folder.ts'
import { healthReport } from './ops/health.ts'
import { createLogger } from './ops/logger.ts'
import { ReceiptsFirst } from './ops/receipts-first.ts'
import { SeriesWatch } from './ops/series-watch.ts'
import { FrameAccount } from './pipeline/account-book.ts'
import { CountedJournal } from './pipeline/counted-journal.ts'
import { DecodingFacts } from './pipeline/decoding-facts.ts'
import { Pipeline } from './pipeline/pipeline.ts'
import { SeriesSink } from './pipeline/series-sink.ts'
import { registryPlace } from './registry/place.ts'
import { Arrivals } from './registry/provisioning/arrivals.ts'
import { Registry } from './registry/registry.ts'
import { Tickets } from './registry/tickets.ts'

/** A gateway that is up. */
export interface RunningGateway {
  readonly httpUrl: string
  readonly mqttUrl: string
  readonly mqttPort: number
  /** Where devices dial in that do not speak MQTT, by protocol. */
  readonly linkUrls: Readonly<Record<string, string>>
  readonly registry: Registry
  /** For people: where to look. */
  readonly greeting: string
  stop(): Promise<void>
}

/** Builds everything, starts it in the order in which parts lean on each other, and stops it in the opposite one. Nothing else happens here. */
export async function runGateway(config: Config): Promise<RunningGateway> {
  const log = createLogger(config.log)
  const now = Date.now
  const startedAt = now()
  const data = new DataFolder(config.data)
  const stops: (() => Promise<void> | void)[] = []
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step()
  }

  try {
    data.claim()
    stops.push(() => data.release())

    const registry = new Registry({ ...registryPlace(config), log, now })
    await registry.start()
    stops.push(() => registry.stop())
    const watches = openSignInWatches(registry, log, now)
    stops.push(() => watches.stop())

    const catalogue = await loadCatalogue({ folders: config.models })

    const pace = new ReceiptsFirst()
    const series = openSeries(config, catalogue, data, log, pace)
    await startSeries(series, log)
    stops.push(() => series.stop())

    const journal = new FileJournal({ folder: data.file('journal'), ...config.journal, keepForMs: config.journal.keepFor, now, log })
    await journal.open()
    stops.push(() => journal.close())

    const account = new FrameAccount(data.file('account.db'), pace)
    await account.open(journal)
    stops.push(() => account.close())
    const intake = new CountedJournal(journal, (frame, offset) => account.received(frame, offset))
    const carried = new CarriedFrames({ journal: intake, directory: registry })
    const facts = new DecodingFacts({ path: data.file('decoding.db'), retentionDays: config.series.retentionDays })
    facts.open()
    stops.push(() => facts.close())

    const live = new LiveStates({ file: data.file('live.db'), log, pace })
    await live.start()
    stops.push(() => live.stop())
    stops.push(followDirectory(live, registry))
    const hours = new HourBook({ file: data.file('hours.db'), log, now, pace })
    await hours.start()
    stops.push(() => hours.stop(), hours.follow(registry))

    const certificates = openCertificates(config, log, now)
    await certificates?.start()
    stops.push(() => certificates?.stop())
    const limits = { ...defaultBrokerLimits, ...config.limits, longestLockMs: config.limits.longestLock }
    const tickets = new Tickets({ now, visitor: session => registry.people.visitor(session) })
    const arrivals = new Arrivals({ registry, log, now })
    stops.push(() => arrivals.stop())
    const broker = new Broker({
      ...mqttDoors(config, certificates),
      lane: config.mqtt.lane,
      journal: carried,
      directory: registry,
      authenticator: registry,
      attemptWatch: watches.mqtt,
      tickets,
      firstContact: arrivals,
      limits,
      dataFolder: config.data,
      log,
      now,
    })
    const { publisher } = broker
    const cityTopics = new CityTopics({ live, publisher, log })
    const tiles = new TilePublisher({ live, directory: registry, publisher, kinds: catalogue.kinds(), now, log })
    broker.greetWith({ greet: async subscription => void (await Promise.all([cityTopics.greet(subscription), tiles.greet(subscription)])) })

    const sinks = [new SeriesSink(series), live, cityTopics, hours]
    const pipeline = new Pipeline({
      pace,
      journal,
      directory: registry,
      catalogue,
      sinks,
      account,
      facts,
      clockCorrect: config.clock.correct,
      folder: data.file('cursors'),
      retentionDays: config.series.retentionDays,
      sinkLimits: config.sinks,
      now,
      log,
    })
    await cityTopics.start()
    stops.push(() => cityTopics.stop())
    // Last known states and hours that are lost come back from the journal, as far as it reaches.
    for (const sink of [live, hours]) if (sink.startedEmpty) await rm(data.file('cursors', `${sink.name}.json`), { force: true })
    await pipeline.start()
    stops.push(() => pipeline.stop())
    await tiles.start()
    stops.push(() => tiles.stop())

    const links = await openLinks({ config, directory: registry, authenticator: registry, catalogue, journal: intake, carried, publisher, live, log, now })
    stops.push(() => links.stop())
    const commands = new CommandBook({
      file: new CommandFile(data.file('commands.db')),
      path: links.orders,
      audit: registry.audit,
      directory: registry,
      log,
      now,
    })
    commands.start()
    stops.push(() => commands.stop())
    await broker.start()
    stops.push(() => broker.stop())

    const sinkStatuses = (): typeof pipeline.statuses => pipeline.statuses
    const watch = new SeriesWatch(series)
    watch.start()
    stops.push(() => watch.stop())
    const health = async (): Promise<HealthReport> =>
      healthReport({
        version: packageJson.version,
        startedAt,
        journal,
        sinks: sinkStatuses,
        connections: () => broker.stats().connections,
        seriesProblem: () => watch.problem,
        ...(certificates && { certificateProblem: () => certificates.problem }),
      })
    const http = await openHttp({
      config,
      catalogue,
      registry,
      live,
      hours,
      series,
      account,
      facts,
      journal,
      links,
      commands,
      broker,
      tickets,
      personWatch: watches.people,
      certificates,
      sinkStatuses,
      health,
      log,
      now,
    })
    stops.push(() => http.stop())

    const httpUrl = `${config.http.tls === 'on' ? 'https' : 'http'}://${config.http.host}:${http.port}`
    const mqttUrl = `mqtt://${plainMqttHost(config)}:${broker.port}`
    const others = { ...(broker.tlsPort > 0 && { mqtts: `mqtts://${config.mqtt.host}:${broker.tlsPort}` }), ...links.addresses }
    data.announce({ http: httpUrl, mqtt: mqttUrl, ...others })
    log.info(
      { http: httpUrl, mqtt: mqttUrl, ...others, series: series.description, devices: registry.size, audit: await registry.audit.head() },
      'citygate is up',
    )
    const invitation = config.http.access === 'sign-in' ? await firstAdmin(registry.people, { ...config.http, port: http.port }) : undefined
    return {
      httpUrl,
      mqttUrl,
      mqttPort: broker.port,
      registry,
      linkUrls: links.addresses,
      greeting: greeting({ http: httpUrl, mqtt: mqttUrl, others, data: config.data, invitation }),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A store that is down must not keep the gateway from taking frames: they wait in the journal. */
async function startSeries(series: SeriesStore, log: Log): Promise<void> {
  try {
    await series.start()
  } catch (error) {
    if (!(error instanceof GatewayError) || !error.retryable) throw error
    log.warn({ code: error.code }, error.message)
  }
}
