import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IClientOptions, MqttClient } from 'mqtt'
import { connectAsync } from 'mqtt'
import { Certificates } from '../../gateway/transport/certificates.ts'
import { type Issued, TestAuthority } from '../support/certificates.ts'
import { type BrokerFixtureOptions, device, type Fixture, startBroker, TestLog } from './fixture.ts'

/** A broker that speaks TLS, the authorities of two organisations, and that of the server's own certificate. */
export interface SecureBroker extends Fixture {
  readonly server: TestAuthority
  readonly bus: TestAuthority
  readonly water: TestAuthority
  readonly certificates: Certificates
  readonly certificateLog: TestLog
  /** Files that the gateway watches. */
  readonly files: { readonly cert: string; readonly key: string; readonly clientCas: string }
  /** Signs in over TLS. */
  secure(shown?: Issued, more?: IClientOptions): Promise<MqttClient>
  /** Puts another certificate where the gateway looks for its own. */
  putServer(issued: Pick<Issued, 'cert' | 'key'>): void
  putClientCa(name: string, text: string): void
}

export async function startSecureBroker(options: BrokerFixtureOptions = {}): Promise<SecureBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'citygate-tls-'))
  const clientCas = mkdtempSync(join(tmpdir(), 'citygate-cas-'))
  const files = { cert: join(folder, 'server.pem'), key: join(folder, 'server.key'), clientCas }
  const [server, bus, water] = [new TestAuthority('Server CA'), new TestAuthority('Bus CA'), new TestAuthority('Water CA')]
  const putServer = ({ cert, key }: Pick<Issued, 'cert' | 'key'>): void => {
    writeFileSync(files.cert, cert)
    writeFileSync(files.key, key)
  }
  const putClientCa = (name: string, text: string): void => writeFileSync(join(clientCas, name), text)
  putServer(server.issue({ commonName: 'gateway', alternativeNames: 'IP:127.0.0.1' }))
  putClientCa('pudong-bus.pem', bus.pem)
  putClientCa('pudong-bus.crl.pem', bus.list())
  putClientCa('water-works.pem', water.pem)
  const certificateLog = new TestLog()
  const certificates = new Certificates({ certFile: files.cert, keyFile: files.key, clientCas, everyMs: 20, log: certificateLog, now: Date.now })
  await certificates.start()
  const fixture = await startBroker({
    devices: [device('bus-1'), device('bus-2'), device('bus-old', { stage: 'retired' }), device('wm-1', { org: 'water-works' })],
    tls: certificates,
    ...options,
  })
  const clients: MqttClient[] = []
  return {
    ...fixture,
    server,
    bus,
    water,
    certificates,
    certificateLog,
    files,
    putServer,
    putClientCa,
    secure: async (shown, more = {}) => {
      const client = await connectAsync({
        protocol: 'mqtts',
        host: '127.0.0.1',
        port: fixture.broker.tlsPort,
        ca: server.pem,
        reconnectPeriod: 0,
        ...(shown && { cert: shown.cert, key: shown.key }),
        ...more,
      })
      client.on('error', () => undefined)
      clients.push(client)
      return client
    },
    close: async () => {
      for (const client of clients) client.end(true)
      await fixture.close()
      await certificates.stop()
      for (const authority of [server, bus, water]) authority.remove()
      for (const path of [folder, clientCas]) rmSync(path, { recursive: true, force: true })
    },
  }
}
