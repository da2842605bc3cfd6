import { z } from 'zod'
import { limitSettings } from './limit-settings.ts'
import { linkSettings } from './link-settings.ts'
import { mapSettings } from './map-settings.ts'
import { notes } from './notes.ts'
import { oidcSettings } from './oidc-settings.ts'
import { registrySettings } from './registry-settings.ts'
import { tlsSettings } from './tls-settings.ts'
import { addressRange, duration, host, list, originUrl, size, text, timeZone, webUrl, wholeNumber } from './values.ts'

const port = wholeNumber(0, 65_535)
const anyPort = 'a whole number from 0 to 65535 (0: any free port)'
const address = 'an IP address or a host name'
/** What somebody in between could read, secrets included, is to be asked for. */
// Made anew for each setting: a schema that two share has the notes of one of them.
const plain = () => z.enum(['loopback', 'anywhere']).prefault('loopback')
const bytes = 'a size in bytes, such as 64MB, 2GB or 1.5GiB'

/** Every setting of the gateway, in the order in which they are documented. Strict: what is not here is refused. */
export const configSchema = z.strictObject({
  data: text.prefault('./data').register(notes, {
    about: 'The folder that holds everything the gateway keeps: journal, registry, embedded series, cursors.',
    expected: 'a folder',
    argument: 'DIR',
    folder: true,
  }),
  http: z.strictObject({
    host: host.prefault('127.0.0.1').register(notes, {
      about: 'Where the dashboard, the API and MQTT over WebSocket listen.',
      expected: address,
      argument: 'HOST',
    }),
    port: port.prefault(8080).register(notes, { about: 'The port of the dashboard and the API.', expected: anyPort, argument: 'PORT', flag: 'http' }),
    access: z.enum(['loopback', 'sign-in']).prefault('loopback').register(notes, {
      about:
        'Who must say who they are. `loopback`: whoever reaches the port from this machine may everything; only together with a loopback `http.host`. `sign-in`: everybody shows who they are.',
      expected: 'loopback or sign-in',
      argument: 'WHO',
    }),
    tls: z.enum(['off', 'on']).prefault('off').register(notes, {
      about: 'Whether the dashboard, the API and MQTT over WebSocket are spoken over TLS (https, wss), with the certificate of `tls.certFile`.',
      expected: 'off or on',
      argument: 'STATE',
    }),
    plain: plain().register(notes, {
      about: 'Where HTTP may be spoken without TLS: on the loopback only, or `anywhere`: behind a proxy that speaks TLS, or in a network that is yours alone.',
      expected: 'loopback or anywhere',
      argument: 'WHERE',
    }),
    publicUrl: originUrl.exactOptional().register(notes, {
      about:
        'Where people reach the dashboard, as their browsers have it: links that are sent to them begin so, and a provider of OpenID Connect sends them back there.',
      expected: 'an https URL without a path (http only on this machine)',
      argument: 'URL',
      example: 'https://city.example.org',
    }),
    trustedProxies: list(addressRange).prefault([]).register(notes, {
      about:
        'Reverse proxies in front of the dashboard and the API. Only what they say in X-Forwarded-For and X-Forwarded-Proto counts; anybody else could write what they like there.',
      expected: 'IP addresses and ranges (a list in the file, separated by commas elsewhere)',
      argument: 'ADDRESSES',
      list: true,
      example: '10.0.0.0/8',
    }),
    ...mapSettings,
  }),
  oidc: oidcSettings,
  mqtt: z.strictObject({
    host: host
      .prefault('127.0.0.1')
      .register(notes, { about: 'Where devices and integrators reach MQTT. `0.0.0.0` lets other machines in.', expected: address, argument: 'HOST' }),
    port: port.prefault(1883).register(notes, { about: 'The port of MQTT over TCP.', expected: anyPort, argument: 'PORT', flag: 'mqtt' }),
    tlsPort: port.exactOptional().register(notes, {
      about: 'The port of MQTT over TLS (mqtts), with the certificate of `tls.certFile`. Unset: closed.',
      expected: anyPort,
      argument: 'PORT',
      example: '8883',
    }),
    plain: plain().register(notes, {
      about:
        'Where MQTT may be spoken without TLS: on the loopback only, or `anywhere` that `mqtt.host` says. With `loopback` and another `mqtt.host`, `mqtt.tlsPort` is open there and `mqtt.port` on 127.0.0.1.',
      expected: 'loopback or anywhere',
      argument: 'WHERE',
    }),
    clientCas: text.exactOptional().register(notes, {
      about:
        'Devices may sign in with certificates: the folder with the authority of each organisation, `ORG.pem`, and beside it `ORG.crl.pem` with the certificates that were revoked. Changes count within seconds.',
      expected: 'a folder',
      argument: 'DIR',
      folder: true,
      example: '/etc/citygate/client-cas',
    }),
    trustedProxies: list(addressRange).prefault([]).register(notes, {
      about:
        'Load balancers in front of MQTT that speak the PROXY protocol (version 1 or 2). From their addresses a header is required, and tells whom the connection is of; from others none is taken.',
      expected: 'IP addresses and ranges (a list in the file, separated by commas elsewhere)',
      argument: 'ADDRESSES',
      list: true,
      example: '10.0.0.7',
    }),
    lane: z.enum(['on', 'off']).prefault('on').register(notes, {
      about:
        'The telemetry lane takes what devices publish from the socket straight to the journal. `off` sends it through the MQTT broker library instead: much slower, the same promises; to find out whether the lane is at fault.',
      expected: 'on or off',
      argument: 'STATE',
    }),
  }),
  tls: tlsSettings,
  links: linkSettings,
  registry: registrySettings,
  series: z.strictObject({
    store: z.enum(['sqlite', 'influx']).prefault('sqlite').register(notes, {
      about: 'Where readings are kept: `sqlite` is a file in the data folder, `influx` an InfluxDB with its v1 API.',
      expected: 'sqlite or influx',
      argument: 'STORE',
      flag: 'series',
    }),
    retentionDays: wholeNumber(1, 36_500).prefault(400).register(notes, {
      about: 'How many days readings are kept.',
      expected: 'a whole number of days from 1 to 36500',
      argument: 'DAYS',
    }),
  }),
  influx: z.strictObject({
    url: webUrl.prefault('http://127.0.0.1:8086').register(notes, {
      about: 'The InfluxDB to write to, with `series.store: influx`.',
      expected: 'an http(s) URL without user name and password (influx.username and influx.password are for those)',
      argument: 'URL',
    }),
    database: text.max(64).prefault('citygate').register(notes, {
      about: 'The database in it; made if it is missing and the user may.',
      expected: 'a name of at most 64 characters',
      argument: 'NAME',
      flag: 'influx-db',
    }),
    username: text
      .exactOptional()
      .register(notes, { about: 'The user to sign in as, where InfluxDB asks for one.', expected: 'a name', argument: 'NAME', example: 'citygate' }),
    password: text
      .exactOptional()
      .register(notes, { about: "The user's password. It is never printed.", expected: 'a text', argument: 'PASSWORD', secret: true, example: 'change-me' }),
  }),
  models: list().prefault([]).register(notes, {
    about: "Folders with the city's own models (JSON files, with `.proto` files beside them), besides those that come with Citygate.",
    expected: 'folders (a list in the file, separated by commas elsewhere)',
    argument: 'DIR',
    folder: true,
    list: true,
    example: './models',
  }),
  journal: z.strictObject({
    budgetBytes: size(1_000_000)
      .prefault('2GB')
      .register(notes, {
        about:
          'How much disk the journal may take. When frames that a sink still needs fill it, the gateway stops reading from devices until there is room; nothing acknowledged is lost.',
        expected: `${bytes}, at least 1MB`,
        argument: 'SIZE',
      }),
    segmentBytes: size(65_536)
      .prefault('64MB')
      .register(notes, {
        about: 'The size of one file of the journal: what is deleted at once.',
        expected: `${bytes}, at least 64KiB`,
        argument: 'SIZE',
      }),
    keepBytes: size(0).prefault('256MB').register(notes, {
      about:
        'How much of the journal stays after every sink has taken it, to be decoded again. It gives way when frames that are still needed fill the budget.',
      expected: bytes,
      argument: 'SIZE',
    }),
    keepFor: duration(60_000).prefault('7d').register(notes, {
      about: 'How long frames stay in the journal after every sink has taken them. What is within both, this and `journal.keepBytes`, is kept.',
      expected: 'a length of time, such as 12h, 7d or 4w, at least 1m',
      argument: 'TIME',
    }),
  }),
  sinks: z.strictObject({
    lagBudgetSeconds: wholeNumber(1, 31_536_000).prefault(60).register(notes, {
      about:
        'How old the oldest frame that a sink (series store, live state, city topics) has not taken may become; beyond, health is `degraded` and says why.',
      expected: 'a whole number of seconds from 1 to 31536000',
      argument: 'SECONDS',
      flag: 'lag-budget',
    }),
  }),
  clock: z.strictObject({
    correct: z.enum(['off', 'suspect']).prefault('off').register(notes, {
      about:
        "What is done about a device's clock that is found to be off. `off`: its readings keep their times and are flagged, those more than a day ahead or older than `series.retentionDays` are refused. `suspect`: event times are repaired by the estimated offset (GPS week rollovers exactly), or by the time of receipt where there is no estimate, and flagged so.",
      expected: 'off or suspect',
      argument: 'WHEN',
    }),
  }),
  limits: limitSettings,
  log: z.strictObject({
    level: z
      .enum(['debug', 'info', 'warn', 'error'])
      .prefault('info')
      .register(notes, { about: 'The least important lines that are logged.', expected: 'debug, info, warn or error', argument: 'LEVEL' }),
    format: z
      .enum(['json', 'pretty'])
      .prefault('pretty')
      .register(notes, { about: 'One JSON object a line for machines, or lines for people.', expected: 'json or pretty', argument: 'FORMAT' }),
  }),
  timeZone: timeZone.prefault('Asia/Shanghai').register(notes, {
    about: 'The zone in which a day begins, in charts and reports.',
    expected: 'an IANA time zone, such as Asia/Shanghai',
    argument: 'ZONE',
  }),
})
