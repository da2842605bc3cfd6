import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { type ConfigOptions, loadConfig, loadConfigWithPlaces } from '../../gateway/config/config.ts'
import { settings } from '../../gateway/config/settings.ts'
import { shownConfig } from '../../gateway/config/shown.ts'
import { GatewayError } from '../../gateway/model/errors.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A working folder, with a `citygate.yaml` in it if there is text for one. */
function workingFolder(yaml?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'citygate-config-'))
  folders.push(folder)
  if (yaml !== undefined) writeFileSync(join(folder, 'citygate.yaml'), yaml)
  return folder
}

/** Settings that are refused alone, with what they need. */
const goesWith: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'influx.password': { 'influx.username': 'u' },
  'tls.certFile': { 'tls.keyFile': 'k' },
  'tls.keyFile': { 'tls.certFile': 'c' },
  'mqtt.tlsPort': { 'tls.certFile': 'c', 'tls.keyFile': 'k' },
  'oidc.issuer': { 'oidc.clientId': 'c', 'http.publicUrl': 'https://city.example' },
  'oidc.clientId': { 'oidc.issuer': 'https://id.example', 'http.publicUrl': 'https://city.example' },
  'oidc.clientSecretFile': { 'oidc.issuer': 'https://id.example', 'oidc.clientId': 'c', 'http.publicUrl': 'https://city.example' },
  'oidc.unknownPeople': { 'oidc.grants': 'it:*=admin' },
  'mqtt.clientCas': { 'tls.certFile': 'c', 'tls.keyFile': 'k', 'mqtt.tlsPort': '8883' },
}

function problemsOf(options: ConfigOptions): readonly string[] {
  try {
    loadConfig({ env: {}, workingFolder: workingFolder(), ...options })
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'CONFIG_INVALID') throw error
    const [, ...lines] = error.message.split('\n')
    return lines.map(line => line.trim())
  }
  return []
}

describe('where settings come from', () => {
  test('nothing set: the defaults, frozen all the way down', () => {
    const folder = workingFolder()
    const config = loadConfig({ env: { PATH: '/bin', LANG: 'zh_CN.UTF-8' }, workingFolder: folder })
    expect(config).toMatchObject({
      data: join(folder, 'data'),
      http: { host: '127.0.0.1', port: 8080, access: 'loopback' },
      mqtt: { host: '127.0.0.1', port: 1883 },
      series: { store: 'sqlite', retentionDays: 400 },
      models: [],
      journal: { budgetBytes: 2_000_000_000 },
      timeZone: 'Asia/Shanghai',
    })
    for (const group of [config, config.http, config.models, config.journal]) expect(Object.isFrozen(group)).toBe(true)
  })

  test('the strongest source that has a setting wins, whatever the others say', () => {
    const ports = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined })
    const property = fc.property(ports, ports, ports, (inFile, inEnvironment, asFlag) => {
      const options: ConfigOptions = {
        flags: { 'mqtt.port': asFlag?.toString() },
        env: { CITYGATE_MQTT: inEnvironment?.toString() },
        workingFolder: workingFolder(inFile === undefined ? '' : `mqtt: { port: ${inFile} }`),
      }
      const { config, places } = loadConfigWithPlaces({ ...options, flags: { ...options.flags, 'http.port': '0' } })
      expect(config.mqtt.port).toBe(asFlag ?? inEnvironment ?? inFile ?? 1883)
      const place = asFlag !== undefined ? '--mqtt' : inEnvironment !== undefined ? 'CITYGATE_MQTT' : inFile !== undefined ? 'citygate.yaml:1' : undefined
      expect(places.get('mqtt.port')).toBe(place)
    })
    fc.assert(property, { numRuns: 50 })
  })

  test('each setting can be set by its variable and in the file, with the same result', () => {
    const examples = settings.map(setting => [setting, String(setting.example ?? setting.initial)] as const)
    const env = Object.fromEntries(examples.map(([setting, value]) => [setting.variable, value]))
    const byFile = workingFolder()
    const lines = examples.map(([setting, value]) =>
      setting.path
        .map((part, depth) => `${'  '.repeat(depth)}${part}:`)
        .join('\n')
        .concat(` ${JSON.stringify(value)}`),
    )
    // One group may stand only once in YAML, so each setting gets a file of its own.
    for (const [place, [setting]] of examples.entries()) {
      writeFileSync(join(byFile, 'citygate.yaml'), lines[place] ?? '')
      const options = { workingFolder: byFile, flags: goesWith[setting.key] ?? {} }
      const fromFile = loadConfig({ ...options, env: {} })
      writeFileSync(join(byFile, 'citygate.yaml'), '')
      const fromVariable = loadConfig({ ...options, env: { [setting.variable]: env[setting.variable] } })
      expect(fromFile, setting.key).toEqual(fromVariable)
    }
  })

  test('a named file: its relative folders count from it', () => {
    const folder = workingFolder()
    const elsewhere = workingFolder()
    writeFileSync(join(elsewhere, 'gate.yaml'), 'data: store\nmodels: [a, ../b]\n')
    const env = { CITYGATE_CONFIG: join(elsewhere, 'gate.yaml') }
    expect(loadConfig({ env, workingFolder: folder })).toMatchObject({
      data: join(elsewhere, 'store'),
      models: [join(elsewhere, 'a'), join(elsewhere, '../b')],
    })
    expect(loadConfig({ env, workingFolder: folder, flags: { data: 'here' } }).data).toBe(join(folder, 'here'))
    expect(loadConfig({ env: { CITYGATE_MODELS: 'x, y' }, workingFolder: folder, file: join(elsewhere, 'gate.yaml') }).models).toEqual([
      join(folder, 'x'),
      join(folder, 'y'),
    ])
  })

  test.each([
    ['2GB', 2e9],
    ['1.5GiB', 1.5 * 2 ** 30],
    ['500 mb', 5e8],
    ['1000000', 1e6],
  ])('a size: %s', (text, bytes) => {
    expect(
      loadConfig({
        env: { CITYGATE_JOURNAL_BUDGET_BYTES: text, CITYGATE_JOURNAL_KEEP_BYTES: '0', CITYGATE_JOURNAL_SEGMENT_BYTES: '500kB' },
        workingFolder: workingFolder(),
      }).journal.budgetBytes,
    ).toBe(bytes)
  })

  test('what Compose and YAML leave empty is not set, and what Kubernetes adds for a service called citygate is not ours', () => {
    const env = {
      CITYGATE_INFLUX_URL: '',
      CITYGATE_SERVICE_HOST: '10.0.0.1',
      CITYGATE_SERVICE_PORT_MQTT: '1883',
      CITYGATE_PORT: 'tcp://10.0.0.1:8080',
      CITYGATE_PORT_1883_TCP_ADDR: '10.0.0.1',
    }
    const config = loadConfig({ env, workingFolder: workingFolder('influx:\nhttp:\n  mapStyle:\n# nothing else\n') })
    expect(config.influx.url).toBe('http://127.0.0.1:8086')
    expect('mapStyle' in config.http).toBe(false)
  })
})

describe('what is refused', () => {
  test('all problems at once, each with its place', () => {
    const yaml = 'data: ./x\nhttp:\n  prot: 5\n  host: 0.0.0.0\nseries: sqlite\njournal:\n  keepBytes: lots\nlogs: {}\n'
    const env = { CITYGATE_HTTP_PORT: '4', CITYGATE_SERIE: 'x', CITYGATE_MQTT: '99999' }
    const problems = problemsOf({ env, workingFolder: workingFolder(yaml), flags: { timeZone: 'Mars/Olympus' } })
    expect(problems).toHaveLength(10)
    for (const expected of [
      'citygate.yaml:3: http.prot: no such key; did you mean http.port?',
      'citygate.yaml:5: series: expected settings below it: series.store, series.retentionDays',
      'citygate.yaml:8: logs: no such key; did you mean log?',
      'CITYGATE_HTTP_PORT: no such variable; did you mean CITYGATE_HTTP?',
      'CITYGATE_SERIE: no such variable; did you mean CITYGATE_SERIES?',
      "CITYGATE_MQTT: '99999': expected a whole number from 0 to 65535",
      "citygate.yaml:7: journal.keepBytes: 'lots': expected a size",
      "--time-zone: 'Mars/Olympus': expected an IANA time zone",
      'citygate.yaml:4: http.host 0.0.0.0 lets other machines in, and with http.access',
      'citygate.yaml:4: http.host 0.0.0.0 lets other machines in, and what they send',
    ]) {
      expect(
        problems.some(problem => problem.startsWith(expected)),
        expected,
      ).toBe(true)
    }
  })

  test.each<[string, ConfigOptions['env'], RegExp]>([
    [
      'an open port that nobody has to sign in to',
      { CITYGATE_HTTP_HOST: '::', CITYGATE_HTTP_PLAIN: 'anywhere' },
      /^CITYGATE_HTTP_HOST: http.host :: lets other machines in/,
    ],
    [
      'HTTP that others could read',
      { CITYGATE_HTTP_HOST: '::', CITYGATE_HTTP_ACCESS: 'sign-in' },
      /^CITYGATE_HTTP_HOST: http.host ::.* set http.tls to 'on' .* or http.plain to 'anywhere'/,
    ],
    [
      'MQTT that others could read',
      { CITYGATE_MQTT_HOST: '0.0.0.0' },
      /^CITYGATE_MQTT_HOST: mqtt.host 0.0.0.0.* set mqtt.tlsPort to 8883 .* or mqtt.plain to 'anywhere'/,
    ],
    ['a certificate without its key', { CITYGATE_TLS_CERT_FILE: 'c' }, /^CITYGATE_TLS_CERT_FILE: tls.certFile is set and tls.keyFile is not/],
    ['a key without its certificate', { CITYGATE_TLS_KEY_FILE: 'k' }, /^CITYGATE_TLS_KEY_FILE: tls.keyFile is set and tls.certFile is not/],
    ['TLS without a certificate, HTTP', { CITYGATE_HTTP_TLS: 'on' }, /^CITYGATE_HTTP_TLS: http.tls is on, and there is no certificate/],
    ['TLS without a certificate, MQTT', { CITYGATE_MQTT_TLS_PORT: '8883' }, /^CITYGATE_MQTT_TLS_PORT: .*there is no certificate/],
    ['certificates of devices without TLS', { CITYGATE_MQTT_CLIENT_CAS: 'cas' }, /^CITYGATE_MQTT_CLIENT_CAS: .*mqtt.tlsPort is not/],
    [
      'one port for MQTT twice',
      { CITYGATE_MQTT_TLS_PORT: '1883', CITYGATE_TLS_CERT_FILE: 'c', CITYGATE_TLS_KEY_FILE: 'k' },
      /^CITYGATE_MQTT_TLS_PORT: .*also mqtt.port/,
    ],
    [
      'proxies that are no addresses',
      { CITYGATE_HTTP_TRUSTED_PROXIES: 'proxy.example.org' },
      /^CITYGATE_HTTP_TRUSTED_PROXIES: .*expected IP addresses and ranges/,
    ],
    ['one port for two', { CITYGATE_MQTT: '8080' }, /^CITYGATE_MQTT: mqtt.port and http.port are both 8080/],
    ['a password without a user', { CITYGATE_INFLUX_PASSWORD: 'hidden-one' }, /^CITYGATE_INFLUX_PASSWORD: influx.password is set/],
    [
      'a segment that is most of the budget',
      { CITYGATE_JOURNAL_BUDGET_BYTES: '100MB', CITYGATE_JOURNAL_KEEP_BYTES: '0' },
      /^CITYGATE_JOURNAL_BUDGET_BYTES: journal.segmentBytes 64000000 must be at most half/,
    ],
    ['a budget that is all kept', { CITYGATE_JOURNAL_KEEP_BYTES: '2GB' }, /^CITYGATE_JOURNAL_KEEP_BYTES: /],
    ['a payload that fits no segment', { CITYGATE_LIMITS_PAYLOAD_BYTES: '100MB' }, /^CITYGATE_LIMITS_PAYLOAD_BYTES: .*a frame must fit/],
    ['tiles without places', { CITYGATE_HTTP_MAP_TILES: 'https://t.example/a.png' }, /expected .*\{z\}, \{x\} and \{y\}/],
    ['a script for a style', { CITYGATE_HTTP_MAP_STYLE: 'javascript:alert(1)' }, /expected an http\(s\) URL/],
    ['a number with a unit it does not have', { CITYGATE_SERIES_RETENTION_DAYS: '30d' }, /expected a whole number of days/],
    ['a file that is not there', { CITYGATE_CONFIG: '/nowhere/citygate.yaml' }, /^CITYGATE_CONFIG: can not read \/nowhere\/citygate.yaml: ENOENT/],
  ])('%s', (_, env, expected) => {
    const problems = problemsOf({ ...(env && { env }) })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(expected)
    expect(problems[0]).not.toContain('hidden-one')
  })

  test('a file that is no YAML, with the line; a key that stands twice; a list at the top', () => {
    expect(problemsOf({ workingFolder: workingFolder('data: x\nhttp: [1, 2\n') })[0]).toMatch(/^citygate.yaml:[23]: /)
    expect(problemsOf({ workingFolder: workingFolder('data: x\ndata: y\n') })[0]).toMatch(/^citygate.yaml:2: .*unique/)
    expect(problemsOf({ workingFolder: workingFolder('- data\n') })[0]).toMatch(/expected keys with values/)
  })

  test('never with a secret in the message', () => {
    const password = `${'s3cret'.repeat(3)}\u0000`
    const problems = problemsOf({ env: { CITYGATE_INFLUX_PASSWORD: password, CITYGATE_INFLUX_URL: 'http://admin:s3cret@influx:8086' } })
    expect(problems).toHaveLength(2)
    expect(problems.join()).not.toContain('s3cret')
    expect(problems.join()).toContain('http://***@influx:8086')
  })

  test('any text in any variable is taken or refused, never anything else', () => {
    const property = fc.property(fc.constantFrom(...settings.map(setting => setting.variable)), fc.string({ unit: 'binary' }), (variable, value) => {
      problemsOf({ env: { [variable]: value }, workingFolder: '/nowhere' })
    })
    fc.assert(property, { numRuns: 500 })
  })
})

test('what is shown has every value and its place, but no secret', () => {
  const env = { CITYGATE_INFLUX_PASSWORD: 'hidden-one', CITYGATE_INFLUX_USERNAME: 'citygate' }
  const shown = shownConfig(loadConfigWithPlaces({ env, workingFolder: workingFolder(), flags: { 'http.port': '9000' } }))
  expect(shown).toContainEqual({ key: 'http.port', value: 9000, from: '--http' })
  expect(shown).toContainEqual({ key: 'influx.password', value: '***', from: 'CITYGATE_INFLUX_PASSWORD' })
  expect(shown).toContainEqual({ key: 'timeZone', value: 'Asia/Shanghai', from: 'default' })
  expect(JSON.stringify(shown)).not.toContain('hidden-one')
})
