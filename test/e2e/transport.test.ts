import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestAuthority } from '../support/certificates.ts'
import { citygate, type GatewayProcess, startGateway } from '../support/gateway.ts'
import { run } from '../support/programs.ts'

const folder = mkdtempSync(join(tmpdir(), 'citygate-transport-'))
const cas = mkdtempSync(join(tmpdir(), 'citygate-cas-'))
const [server, bus] = [new TestAuthority('Server CA'), new TestAuthority('Bus CA')]
let gateway: GatewayProcess
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  const own = server.issue({ commonName: 'gateway.example.org', alternativeNames: 'DNS:gateway.example.org,IP:127.0.0.1' })
  writeFileSync(join(folder, 'gateway.pem'), own.cert)
  writeFileSync(join(folder, 'gateway.key'), own.key)
  writeFileSync(join(cas, 'pudong-bus.pem'), bus.pem)
  env = {
    CITYGATE_TLS_CERT_FILE: join(folder, 'gateway.pem'),
    CITYGATE_TLS_KEY_FILE: join(folder, 'gateway.key'),
    CITYGATE_HTTP_TLS: 'on',
    CITYGATE_MQTT_HOST: '0.0.0.0',
    CITYGATE_MQTT_TLS_PORT: '0',
    CITYGATE_MQTT_CLIENT_CAS: cas,
  }
  gateway = await startGateway({ env })
}, 60_000)

afterAll(async () => {
  await gateway.stop()
  for (const authority of [server, bus]) authority.remove()
  for (const path of [folder, cas]) rmSync(path, { recursive: true, force: true })
})

test('a device with a certificate reaches a gateway that is open to other machines over TLS alone; commands on this machine reach it too', async () => {
  const added = await gateway.citygate('device', 'add', '--id', 'bus-1', '--model', 'citygate-bus-unit', '--org', 'pudong-bus')
  expect(added.code, added.stderr).toBe(0)
  expect(gateway.http).toMatch(/^https:/)
  const tlsPort = /mqtts:\/\/0\.0\.0\.0:(\d+)/.exec(gateway.output())?.[1] ?? ''
  expect(gateway.output()).toContain(`mqtt://127.0.0.1:${gateway.mqttPort}`)

  const shown = bus.issue({ commonName: 'bus-1' })
  const reading = JSON.stringify({ bus: { fixTimeMs: String(Date.now()), latitude: 31.2304, longitude: 121.4737, speedKmh: 32.5 } })
  const to = `-h 127.0.0.1 -p ${tlsPort} --insecure --cafile ${server.folder}/ca.pem --cert ${shown.certFile} --key ${shown.keyFile}`
  await run('mosquitto_pub', [...to.split(' '), '-q', '1', '-t', 'up/bus-1/telemetry', '-m', reading])

  const account = await citygate(['account', 'bus-1', '--json', '--data', gateway.data], { env })
  expect(account.code, account.stderr).toBe(0)
  expect(JSON.parse(account.stdout)).toMatchObject({ source: `the gateway at ${gateway.http}`, account: { received: 1 } })
  const doctor = await citygate(['doctor', '--json', '--data', gateway.data, '--http', new URL(gateway.http).port, '--mqtt', String(gateway.mqttPort)], { env })
  const checks: { name: string; ok: boolean; found: string }[] = JSON.parse(doctor.stdout).checks
  expect(checks.find(check => check.name === 'certificates')).toMatchObject({ ok: true, found: expect.stringMatching(/good until .*, 19 days from now/) })
  expect(checks.find(check => check.name === 'HTTP port')?.found).toMatch(/is held by a running Citygate/)
})

test('a simulated city drives it over TLS, and only if it is who it says', async () => {
  const tlsPort = /mqtts:\/\/0\.0\.0\.0:(\d+)/.exec(gateway.output())?.[1] ?? ''
  const city = ['simulate', '--data', gateway.data, '--buses', '3', '--meters', '0', '--worksites', '0', '--mqtt', `mqtts://127.0.0.1:${tlsPort}`]
  const driven = await citygate([...city, '--rate', '5', '--duration', '2', '--cafile', join(server.folder, 'ca.pem')], { env })
  expect(driven.code, driven.stderr).toBe(0)
  expect(JSON.parse(driven.stdout)).toMatchObject({ connected: 3, pending: 0 })
  const stranger = await citygate([...city, '--duration', '1', '--cafile', join(bus.folder, 'ca.pem')], { env })
  expect(stranger).toMatchObject({ code: 1, stderr: expect.stringMatching(/nothing was acknowledged by mqtts:.*certificate/) })
})
