import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Authenticator, TicketOffice } from '../model/access.ts'
import type { AccountBook } from '../model/account.ts'
import type { AttemptLimiter } from '../model/attempts.ts'
import type { Audit } from '../model/audit.ts'
import type { ClockView } from '../model/clock.ts'
import type { Commands } from '../model/command.ts'
import type { Catalogue, DeviceDirectory } from '../model/device.ts'
import type { DeviceUpkeep } from '../model/device-upkeep.ts'
import type { Districts } from '../model/district.ts'
import type { DtuView } from '../model/dtu.ts'
import type { DeviceLists } from '../model/enrolment.ts'
import type { Enrolments } from '../model/first-contact.ts'
import type { FrameReader } from '../model/frame-reading.ts'
import type { HealthReport } from '../model/health.ts'
import type { HourView } from '../model/hours.ts'
import type { IdentityProvider } from '../model/identity-provider.ts'
import type { Journal } from '../model/journal.ts'
import type { LimitsReport } from '../model/limits.ts'
import type { LineView } from '../model/line.ts'
import type { LiveView } from '../model/live.ts'
import type { Log } from '../model/log.ts'
import type { ModelBench } from '../model/model-bench.ts'
import type { Organisations } from '../model/organisation.ts'
import type { PeopleDesk } from '../model/people.ts'
import type { SeriesStore } from '../model/series.ts'
import type { TlsMaterial } from '../model/tls.ts'
import type { TokenDesk } from '../model/tokens.ts'
import type { ClientAddresses } from './client-address.ts'
import type { HttpConnections } from './http-connections.ts'
import type { RequestPace } from './request-pace.ts'

/** What the dashboard's map needs to know, and the zone in which a day starts. */
export interface MapSettings {
  /** A MapLibre style document; absent: the schematic map that comes with the dashboard. */
  readonly styleUrl?: string
  /** A raster tile template with `{z}`, `{x}` and `{y}`. */
  readonly tilesUrl?: string
  /** A PMTiles file. */
  readonly pmtilesUrl?: string
  /** The folder whose files are served below `/maps/`; absent: there is nothing. */
  readonly folder?: string
  /** In which the base map is drawn; positions are WGS-84 everywhere. */
  readonly datum: 'wgs84' | 'gcj02' | 'bd09'
  /** IANA name, such as `Asia/Shanghai`. */
  readonly timeZone: string
}

/** How large one answer with readings may become. What is left is asked for with the address of the next page. */
export interface ExportLimits {
  readonly rows: number
  /** About: of the readings as JSON. An answer holds one row at least. */
  readonly bytes: number
}

/** What it takes for people to sign in. */
export interface SignInSources {
  readonly people: PeopleDesk
  readonly attempts: AttemptLimiter
  /** Where people may sign in elsewhere. */
  readonly provider?: IdentityProvider
}

/** What the API answers from. */
export interface ApiSources {
  /** `loopback`: who sits at this machine may everything, everybody else signs in or shows a token. `sign-in`: everybody does. */
  readonly access: 'loopback' | 'sign-in'
  /** Absent: nobody can sign in here, and the routes for it are not there. */
  readonly signIn?: SignInSources
  readonly catalogue: Catalogue
  readonly directory: DeviceDirectory
  readonly live: LiveView
  readonly hours: HourView
  /** Absent: nothing is known of the city's parts. */
  readonly districts?: Districts
  readonly series: SeriesStore
  readonly account: AccountBook
  readonly clocks: ClockView
  /** Where the port for DTUs is open. */
  readonly dtus?: DtuView
  readonly frames: FrameReader
  readonly bench: ModelBench
  readonly lists: DeviceLists
  readonly upkeep: DeviceUpkeep
  readonly enrolments: Enrolments
  readonly orgs: Organisations
  readonly journal: Pick<Journal, 'read' | 'start' | 'end'>
  readonly lines: LineView
  readonly commands: Commands
  readonly tokens: TokenDesk
  readonly audit: Pick<Audit, 'search' | 'get'>
  readonly health: () => Promise<HealthReport>
  /** Prometheus text exposition format 0.0.4. */
  readonly metrics: () => Promise<string>
  readonly tickets: TicketOffice
  readonly limits: () => LimitsReport
  /** What one answer may hold. */
  readonly exports: ExportLimits
  readonly mapSettings: MapSettings
  readonly now: () => number
}

/** Everything the HTTP server is made of. */
export interface HttpServerOptions extends ApiSources {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** Absent: HTTP is spoken as it is. */
  readonly certificates?: TlsMaterial
  /** Where requests come from, behind proxies too. */
  readonly clients: ClientAddresses
  readonly authenticator: Authenticator
  readonly pace: RequestPace
  readonly connections: HttpConnections
  /** The built dashboard: `index.html` and `assets/`. May be missing. */
  readonly dashboardFolder: string
  /** Takes over a WebSocket handshake at `/mqtt` from an address. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer, peer: string) => void
  readonly log: Log
}
