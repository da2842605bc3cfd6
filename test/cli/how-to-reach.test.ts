import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { curlTo, mosquittoTo } from '../../gateway/cli/how-to-reach.ts'
import { type Config, loadConfig } from '../../gateway/config/config.ts'
import { TestAuthority } from '../support/certificates.ts'
import { commandLine } from './run-citygate.ts'

const { folder, run } = commandLine()
const authority = new TestAuthority('City CA')
afterAll(() => authority.remove())
const own = authority.issue({ commonName: 'x', alternativeNames: 'DNS:*.example.org,DNS:gateway.example.org,IP:192.0.2.7' })
const cert = { CITYGATE_TLS_CERT_FILE: own.certFile, CITYGATE_TLS_KEY_FILE: own.keyFile }
const note = `ca.pem: the certificate of the authority that signed ${own.certFile}`

function configured(env: NodeJS.ProcessEnv): Config {
  return loadConfig({ env, flags: {} })
}

describe('how to reach the gateway', () => {
  test('plain where there is no TLS', () => {
    expect(mosquittoTo(configured({}))).toEqual({ mosquitto: 'mosquitto_pub -h 127.0.0.1 -p 1883' })
    const open = configured({
      CITYGATE_MQTT_HOST: '0.0.0.0',
      CITYGATE_MQTT_PLAIN: 'anywhere',
      CITYGATE_HTTP_HOST: '::',
      CITYGATE_HTTP_PLAIN: 'anywhere',
      CITYGATE_HTTP_ACCESS: 'sign-in',
    })
    expect(mosquittoTo(open).mosquitto).toBe('mosquitto_pub -h 127.0.0.1 -p 1883')
    expect(curlTo(open, '/api')).toEqual({ curl: 'http://127.0.0.1:8080/api' })
  })

  test('over TLS by a name that the certificate has, with whom to trust', () => {
    const secure = configured({ ...cert, CITYGATE_MQTT_HOST: '0.0.0.0', CITYGATE_MQTT_TLS_PORT: '8883', CITYGATE_HTTP_TLS: 'on', CITYGATE_HTTP: '8443' })
    expect(mosquittoTo(secure)).toEqual({ mosquitto: 'mosquitto_pub -h gateway.example.org -p 8883 --cafile ca.pem', note })
    expect(curlTo(secure, '/api')).toEqual({ curl: '--cacert ca.pem https://gateway.example.org:8443/api', note })
    expect(mosquittoTo(configured({ ...cert, CITYGATE_MQTT_HOST: '192.0.2.7', CITYGATE_MQTT_TLS_PORT: '8883' })).mosquitto).toContain('-h 192.0.2.7 ')
  })

  test('a certificate that signed itself is whom to trust', () => {
    const certFile = join(authority.folder, 'ca.pem')
    expect(curlTo(configured({ ...cert, CITYGATE_TLS_CERT_FILE: certFile, CITYGATE_HTTP_TLS: 'on' }), '/')).toEqual({
      curl: `--cacert ${certFile} https://NAME-IN-THE-CERTIFICATE:8080/`,
    })
  })

  test('a certificate that can not be read is no reason to say nothing', () => {
    const certFile = join(folder(), 'gateway.pem')
    writeFileSync(certFile, 'hello')
    expect(mosquittoTo(configured({ ...cert, CITYGATE_TLS_CERT_FILE: certFile, CITYGATE_MQTT_TLS_PORT: '8883' })).mosquitto).toContain(
      '-p 8883 --cafile ca.pem',
    )
  })
})

test('device, token and provisioning say it', async () => {
  const data = folder()
  const env = {
    ...cert,
    CITYGATE_MQTT_HOST: '0.0.0.0',
    CITYGATE_MQTT_TLS_PORT: '8883',
    CITYGATE_HTTP_HOST: '0.0.0.0',
    CITYGATE_HTTP_TLS: 'on',
    CITYGATE_HTTP_ACCESS: 'sign-in',
  }
  const of = ['--org', 'pudong-bus', '--data', data]
  const device = await run(['device', 'add', '--id', 'bus-1', '--model', 'citygate-bus-unit', ...of], { env })
  expect(device.stdout).toContain('  mosquitto_pub -h gateway.example.org -p 8883 --cafile ca.pem -i bus-1 -u bus-1 -P ')
  expect(device.stdout).toContain(note)
  const token = await run(['token', 'add', ...of], { env })
  expect(token.stdout).toMatch(/curl -H 'Authorization: Bearer \S+' --cacert ca\.pem https:\/\/gateway\.example\.org:8080\/api\/v1\/devices\nca\.pem: /)
  const key = await run(['provisioning', 'add', '--model', 'citygate-bus-unit', ...of], { env })
  expect(key.stdout).toContain('  mosquitto_pub -h gateway.example.org -p 8883 --cafile ca.pem -i ID -u ID -P ')
})
