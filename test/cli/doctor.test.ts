import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { checkClock, checkNode } from '../../gateway/cli/doctor-machine.ts'
import { startInfluxd } from '../support/influxd.ts'
import { commandLine, freePort } from './run-citygate.ts'

const { folder, run } = commandLine()
const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise(resolve => server.close(resolve))
})

async function listening(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has an address with a port')
  return address.port
}

/** A gateway that answers about its health, and nothing else: stands in for one, so that all its answers can be tried. */
async function answering(status: number, body: object): Promise<number> {
  return listening(
    createHttpServer((request, response) => {
      response.writeHead(request.url === '/api/v1/health' ? status : 404, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
    }),
  )
}

async function doctor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const data = folder()
  const ports = ['--http', String(await freePort()), '--mqtt', String(await freePort())]
  // The machine of the tests may be small.
  const outcome = await run(
    ['doctor', '--data', data, '--journal-budget-bytes', '3MB', '--journal-segment-bytes', '1MB', '--journal-keep-bytes', '1MB', ...ports, ...args],
    { env },
  )
  return { ...outcome, failing: outcome.stdout.split('\n').filter(line => line.startsWith('✗')) }
}

describe('citygate doctor', () => {
  test('finds nothing to do on a machine that is ready', async () => {
    const { code, stdout, failing } = await doctor([])
    expect(failing).toEqual([])
    expect(code).toBe(0)
    for (const line of ['✓ Node.js: ', '✓ configuration: valid', '✓ registry: none yet', '✓ models: ', '✓ HTTP port: ', '✓ MQTT port: ', '✓ clock: '])
      expect(stdout).toContain(line)
  })

  test('speaks Chinese where the terminal does', async () => {
    const { stdout } = await doctor([], { LANG: 'zh_CN.UTF-8' })
    expect(stdout).toContain('✓ 配置: 有效')
    expect(stdout).toContain('空闲')
  })

  test('tells a port that another program holds, and what to do', async () => {
    const port = await listening(createServer(socket => socket.resume().end('220 mail\r\n')))
    const http = await doctor(['--http', String(port)])
    expect(http).toMatchObject({ code: 1, failing: [`✗ HTTP port: 127.0.0.1:${port} is held by another program`] })
    expect(http.stdout).toContain('→ stop it, or choose another port with --http')
    const mqtt = await doctor(['--mqtt', String(port)])
    expect(mqtt.failing).toEqual([`✗ MQTT port: 127.0.0.1:${port} is held by another program`])
  })

  test('asks a Citygate that holds the ports how it is', async () => {
    const mqtt = await listening(createServer())
    const well = await doctor(['--http', String(await answering(200, { status: 'ok', version: '1.2.3' })), '--mqtt', String(mqtt)])
    expect(well).toMatchObject({ code: 0, failing: [] })
    expect(well.stdout).toContain('running Citygate 1.2.3: ok')
    expect(well.stdout).toContain(`port ${mqtt} is held by the running Citygate`)
    const checks = [{ name: 'series', ok: false, advice: 'start InfluxDB' }]
    const ill = await doctor(['--http', String(await answering(503, { status: 'failing', checks }))])
    expect(ill.code).toBe(1)
    expect(ill.stdout).toMatch(/✗ HTTP port: .*: failing\n {2}→ series: start InfluxDB/)
  })

  test('finds a real InfluxDB, also one that wants a password', async () => {
    const influxd = await startInfluxd({ administrator: { username: 'admin', password: 'a-password-of-its-own' } })
    try {
      const { stdout, failing } = await doctor(['--series', 'influx', '--influx-url', influxd.url])
      expect(failing).toEqual([])
      expect(stdout).toMatch(new RegExp(`✓ InfluxDB: ${influxd.url}: version 1\\.`))
    } finally {
      await influxd.stop()
    }
  })

  test('tells an InfluxDB that does not answer, and something else in its place', async () => {
    const nobody = await freePort()
    const silent = await doctor(['--series', 'influx', '--influx-url', `http://127.0.0.1:${nobody}`])
    expect(silent.code).toBe(1)
    expect(silent.failing).toEqual([expect.stringMatching(new RegExp(`^✗ InfluxDB: http://127.0.0.1:${nobody} does not answer: .*ECONNREFUSED`))])
    const other = await doctor(['--series', 'influx', '--influx-url', `http://127.0.0.1:${await answering(200, {})}`])
    expect(other.failing).toEqual([expect.stringContaining('answers 404, not as InfluxDB does')])
  })

  test('tells a data folder that can not be written, models that can not be used, a journal that does not fit', async () => {
    const { failing, code } = await doctor(['--data', '/proc/citygate', '--models', '/nowhere', '--journal-budget-bytes', '9000TB'])
    expect(code).toBe(1)
    expect(failing[0]).toMatch(/^✗ data folder: \/proc\/citygate: /)
    expect(failing[1]).toMatch(/^✗ models: /)
    const full = await doctor(['--journal-budget-bytes', '9000TB'])
    expect(full.failing).toEqual([expect.stringMatching(/^✗ disk space: .*may grow by 9000000\.0 GB/)])
  })

  test('tells a configuration that is refused, as JSON too', async () => {
    const refused = await doctor(['--json', '--time-zone', 'Mars'])
    expect(refused.code).toBe(1)
    expect(JSON.parse(refused.stdout)).toMatchObject({
      ok: false,
      checks: [
        { name: 'Node.js', ok: true },
        { name: 'configuration', ok: false, found: expect.stringContaining('--time-zone') },
      ],
    })
  })
})

test('an old Node is told what to use', () => {
  expect(checkNode('20.20.2')).toMatchObject({ ok: false, advice: { en: expect.stringContaining('24') } })
  expect(checkNode('26.0.0').ok).toBe(true)
})

test('a clock is judged by the installation and by the store', () => {
  const now = Date.UTC(2026, 0, 1)
  expect(checkClock(undefined, now, now - 1).ok).toBe(true)
  expect(checkClock(undefined, now, now + 1)).toMatchObject({ ok: false, found: { en: expect.stringContaining('before Citygate was installed') } })
  expect(checkClock({ ours: now, theirs: now - 59_000 }, now, 0).ok).toBe(true)
  expect(checkClock({ ours: now, theirs: now + 61_000 }, now, 0)).toMatchObject({
    ok: false,
    found: { en: expect.stringContaining('-61 s from the clock of InfluxDB') },
  })
})
