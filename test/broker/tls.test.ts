import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import type { MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Issued, TestAuthority, type Wanted } from '../support/certificates.ts'
import { connectPacket, RawClient, run, until } from './fixture.ts'
import { type SecureBroker, startSecureBroker } from './secure-broker.ts'

let broker: SecureBroker
beforeAll(async () => {
  broker = await startSecureBroker()
})
afterAll(() => broker.close())

/** The server certificate that somebody who comes now is shown. */
async function shownNow(): Promise<string> {
  const socket = connectTls({ host: '127.0.0.1', port: broker.broker.tlsPort, ca: broker.server.pem })
  await once(socket, 'secureConnect')
  const { subject } = socket.getPeerCertificate()
  socket.destroy()
  return String(subject.CN)
}

function whyRefused(): string {
  return String(broker.log.lines.at(-1)?.message)
}

describe('MQTT over TLS', () => {
  test('a device signs in with its secret, an integrator with a token, and the lane takes what is published', async () => {
    const device = await broker.secure(undefined, { username: 'bus-1', password: 'secret-bus-1' })
    const before = broker.broker.stats().frames
    const payload = Buffer.alloc(200_000, 7)
    await device.publishAsync('up/bus-1/telemetry', payload, { qos: 1 })
    await Promise.all(Array.from({ length: 50 }, (_, place) => device.publishAsync('up/bus-1/telemetry', `${place}`, { qos: 1 })))
    expect(broker.broker.stats().frames - before).toBe(51)
    expect(Buffer.compare(broker.journal.frames.find(frame => frame.payload.length === payload.length)?.payload ?? Buffer.alloc(0), payload)).toBe(0)
    const integrator = await broker.secure(undefined, { username: 'token', password: 'tok-bus' })
    expect(await integrator.subscribeAsync('city/v1/pudong-bus/#')).toMatchObject([{ qos: 0 }])
    expect(broker.broker.stats().connectionsTls).toBeGreaterThanOrEqual(2)
    await Promise.all([device.endAsync(), integrator.endAsync()])
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s is spoken, with forward secrecy', async version => {
    const socket = connectTls({ host: '127.0.0.1', port: broker.broker.tlsPort, ca: broker.server.pem, minVersion: version, maxVersion: version })
    await once(socket, 'secureConnect')
    expect(socket.getProtocol()).toBe(version)
    // TLS 1.3 has nothing else.
    if (version === 'TLSv1.2') expect(socket.getEphemeralKeyInfo()).toMatchObject({ type: 'ECDH' })
    socket.destroy()
  })

  test.each([
    ['TLS 1.1', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
    ['a cipher without forward secrecy', { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }],
    ['a cipher of CBC', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' }],
  ] as const)('%s is refused and counted', async (_, options) => {
    const before = broker.broker.stats().refused.TLS_FAILED
    const socket = connectTls({ host: '127.0.0.1', port: broker.broker.tlsPort, ca: broker.server.pem, ...options })
    await expect(once(socket, 'secureConnect')).rejects.toThrow(/alert|handshake|protocol|closed|reset/i)
    await until(() => broker.broker.stats().refused.TLS_FAILED > before)
  })

  test('what is no TLS is refused and counted', async () => {
    const before = broker.broker.stats().refused.TLS_FAILED
    const socket = connectTcp(broker.broker.tlsPort, '127.0.0.1')
    const client = new RawClient(socket)
    client.send(connectPacket({ username: 'bus-1', password: 'secret-bus-1', client: 'bus-1', clean: true, keepalive: 0 }))
    await until(() => client.closed)
    await until(() => broker.broker.stats().refused.TLS_FAILED > before)
  })
})

describe('certificates of devices', () => {
  test('a good one needs no password, with or without its name', async () => {
    const shown = broker.bus.issue({ commonName: 'bus-1', usage: 'clientAuth' })
    for (const more of [{}, { username: 'bus-1' }, { username: 'bus-1', password: 'whatever' }]) {
      const client = await broker.secure(shown, more)
      await client.publishAsync('up/bus-1/telemetry', 'x', { qos: 1 })
      await client.endAsync()
    }
  })

  test('a DNS name goes before the common name', async () => {
    const client = await broker.secure(broker.bus.issue({ commonName: 'Line 21', alternativeNames: 'DNS:bus-2,URI:urn:unit:7' }))
    await client.publishAsync('up/bus-2/telemetry', 'x', { qos: 1 })
    const closed = closing(client)
    client.publish('up/bus-1/telemetry', 'x')
    await closed
    expect(broker.broker.stats().refused.PUBLISH_FORBIDDEN).toBeGreaterThan(0)
  })

  test.each<[string, 'bus' | 'water' | 'stranger', Wanted, RegExp]>([
    [
      'another organisation’s authority',
      'water',
      { commonName: 'bus-1' },
      /as bus-1: the certificate was not signed by the authority of the device's organisation/,
    ],
    ['an authority of nobody here', 'stranger', { commonName: 'bus-1' }, /as bus-1: the certificate was not signed by/],
    ['expired', 'bus', { commonName: 'bus-1', from: '20200101000000Z', until: '20200102000000Z' }, /expired at 2020-01-02/],
    ['not valid yet', 'bus', { commonName: 'bus-1', from: '20490101000000Z', until: '20490102000000Z' }, /is not valid before 2049-01-01/],
    ['nobody registered', 'bus', { commonName: 'bus-77' }, /names bus-77, and no such device is registered/],
    ['a retired device', 'bus', { commonName: 'bus-old' }, /as bus-old: the device is retired/],
    ['an authority below the authority', 'bus', { commonName: 'bus-1', authority: true }, /is that of an authority/],
    ['a certificate for servers', 'bus', { commonName: 'bus-1', usage: 'serverAuth' }, /does not trust the certificate \(INVALID_PURPOSE\)/],
    ['two names', 'bus', { commonName: 'bus-1', alternativeNames: 'DNS:bus-1,DNS:bus-2' }, /names no device/],
    ['no name', 'bus', {}, /names no device/],
    ['a name that is no id', 'bus', { commonName: 'bus-1#' }, /names no device/],
    ['a name in another letter case', 'bus', { commonName: 'BUS-1' }, /names BUS-1, and no such device/],
  ])('refused: %s', async (_, authority, wanted, expected) => {
    const signer = authority === 'stranger' ? new TestAuthority('Bus CA') : broker[authority]
    const lines = broker.log.lines.length
    const refused = { ...broker.broker.stats().refused }
    await expect(broker.secure(signer.issue(wanted), { username: '', password: '' })).rejects.toThrow(/Not authorized/)
    if (authority === 'stranger') signer.remove()
    const counted = broker.broker.stats().refused
    expect(counted.CERTIFICATE_REFUSED + counted.DEVICE_UNKNOWN).toBe(refused.CERTIFICATE_REFUSED + refused.DEVICE_UNKNOWN + 1)
    if (broker.log.lines.length > lines) expect(whyRefused()).toMatch(expected)
  })

  test('a bad one is not mended by a good password, a good one not by another name', async () => {
    const foreign = broker.water.issue({ commonName: 'bus-1' })
    await expect(broker.secure(foreign, { username: 'bus-1', password: 'secret-bus-1' })).rejects.toThrow(/Not authorized/)
    await expect(broker.secure(foreign, { username: 'token', password: 'tok-bus' })).rejects.toThrow(/Not authorized/)
    await expect(broker.secure(broker.bus.issue({ commonName: 'bus-1' }), { username: 'bus-2' })).rejects.toThrow(/Not authorized/)
  })
})

describe('files that change under live connections', () => {
  async function live(client: MqttClient, id: string): Promise<void> {
    await client.publishAsync(`up/${id}/telemetry`, 'still here', { qos: 1 })
  }

  test('the server’s certificate: who is connected stays, who comes next sees the new one; a broken one changes nothing', async () => {
    const client = await broker.secure(broker.bus.issue({ commonName: 'bus-1' }))
    const ended = { closed: false }
    client.on('close', () => (ended.closed = true))
    expect(await shownNow()).toBe('gateway')

    const renewed = broker.server.issue({ commonName: 'gateway-renewed', alternativeNames: 'IP:127.0.0.1' })
    broker.putServer(renewed)
    await until(() => broker.certificateLog.lines.some(line => line.message.includes('are in force')))
    expect(await shownNow()).toBe('gateway-renewed')
    await live(client, 'bus-1')

    broker.putServer({ cert: renewed.cert, key: broker.server.issue({ commonName: 'other' }).key })
    await until(() => broker.certificates.problem !== undefined)
    expect(broker.certificates.problem).toMatch(/server.pem and .*server.key do not go together/)
    expect(broker.certificates.problem).not.toContain('PRIVATE KEY')
    expect(await shownNow()).toBe('gateway-renewed')
    rmSync(broker.files.cert)
    await until(() => /no such file/.test(broker.certificates.problem ?? ''))
    expect(await shownNow()).toBe('gateway-renewed')

    broker.putServer(broker.server.issue({ commonName: 'gateway-third', alternativeNames: 'IP:127.0.0.1' }))
    await until(() => broker.certificates.problem === undefined)
    expect(await shownNow()).toBe('gateway-third')
    await live(client, 'bus-1')
    expect(ended.closed).toBe(false)
    await client.endAsync()
  })

  test('a revoked certificate ends its connection and gets in no more, over a resumed TLS session neither; others stay', async () => {
    const [one, two] = [broker.bus.issue({ commonName: 'bus-1' }), broker.bus.issue({ commonName: 'bus-2' })]
    // A device has one connection at a time: the newer one takes over.
    const session = await resumableSession(one)
    const [first, second] = [await broker.secure(one), await broker.secure(two)]
    const closed = closing(first)
    const before = broker.broker.stats().refused.CERTIFICATE_REFUSED

    // A list that is broken revokes nobody, and lets nobody back in.
    broker.putClientCa('pudong-bus.crl.pem', broker.water.list())
    await until(() => /was not signed by this authority/.test(broker.certificates.problem ?? ''))
    await live(first, 'bus-1')

    broker.bus.revoke(one)
    broker.putClientCa('pudong-bus.crl.pem', broker.bus.list())
    await closed
    await until(() => broker.certificates.problem === undefined)
    await live(second, 'bus-2')
    await expect(broker.secure(one)).rejects.toThrow(/Not authorized/)
    expect(await connackOver(connectTls({ ...session, cert: one.cert, key: one.key }), 'bus-1')).toBe(5)
    expect(broker.broker.stats().refused.CERTIFICATE_REFUSED).toBe(before + 3)

    const third = await broker.secure(broker.bus.issue({ commonName: 'bus-1' }))
    await live(third, 'bus-1')
    await Promise.all([second.endAsync(), third.endAsync()])
  })

  test('mosquitto_pub: its certificate is good, and then revoked', async () => {
    const shown = broker.bus.issue({ commonName: 'bus-2' })
    const where = `-h 127.0.0.1 -p ${broker.broker.tlsPort} --cafile ${broker.server.folder}/ca.pem --cert ${shown.certFile} --key ${shown.keyFile}`
    const publish = (): ReturnType<typeof run>['done'] =>
      run('mosquitto_pub', [...where.split(' '), '-q', '1', '-t', 'up/bus-2/telemetry', '-m', 'from mosquitto']).done
    expect(await publish()).toMatchObject({ code: 0 })
    expect(broker.journal.frames.some(frame => Buffer.from(frame.payload).toString() === 'from mosquitto')).toBe(true)
    const before = broker.bus
    before.revoke(shown)
    const lines = broker.certificateLog.lines.length
    broker.putClientCa('pudong-bus.crl.pem', before.list())
    await until(() => broker.certificateLog.lines.length > lines)
    const refused = await publish()
    expect(refused.code).not.toBe(0)
    expect(refused.output).toMatch(/not authori[sz]ed/i)
  })

  test('an organisation whose authority is taken away has no certificates any more', async () => {
    const client = await broker.secure(broker.water.issue({ commonName: 'wm-1' }))
    const closed = closing(client)
    rmSync(`${broker.files.clientCas}/water-works.pem`)
    await closed
    broker.putClientCa('water-works.pem', broker.water.pem)
  })
})

function closing(client: MqttClient): Promise<void> {
  return new Promise(resolve => client.once('close', () => resolve()))
}

/** A TLS session that can be taken up again, and was once, with a sign-in. */
async function resumableSession(shown: Issued): Promise<ConnectionOptions> {
  const options: ConnectionOptions = { host: '127.0.0.1', port: broker.broker.tlsPort, ca: broker.server.pem, maxVersion: 'TLSv1.2' }
  const socket = connectTls({ ...options, cert: shown.cert, key: shown.key })
  const [session]: Buffer[] = await once(socket, 'session')
  socket.destroy()
  const again = connectTls({ ...options, ...(session && { session }) })
  await once(again, 'secureConnect')
  expect(again.isSessionReused()).toBe(true)
  expect(await connackOver(again, 'bus-1')).toBe(0)
  return { ...options, ...(session && { session }) }
}

/** The return code that a CONNECT without a password gets. */
async function connackOver(socket: TLSSocket, id: string): Promise<number | undefined> {
  const client = new RawClient(socket)
  client.send(connectPacket({ username: id, password: '', client: `raw-${id}`, clean: true, keepalive: 0 }))
  await until(() => client.received.length >= 4)
  socket.destroy()
  return client.received[3]
}
