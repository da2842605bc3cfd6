import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readProxyHeader } from '../../gateway/broker/proxy-header.ts'
import { connectPacket, publishPacket, RawClient, until } from './fixture.ts'
import { type SecureBroker, startSecureBroker } from './secure-broker.ts'

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex')

/** Version 2 by hand (§ 2.2). */
function block(command: number, family: number, addresses: readonly number[], more: { readonly length?: number; readonly notes?: Buffer } = {}): Buffer {
  const body = Buffer.concat([Buffer.from(addresses), more.notes ?? Buffer.alloc(0)])
  const head = Buffer.from([command, family, 0, 0])
  head.writeUInt16BE(more.length ?? body.length, 2)
  return Buffer.concat([SIGNATURE, head, body])
}

const IPV4 = [203, 0, 113, 9, 192, 0, 2, 1, 0x12, 0x34, 0x22, 0xb3]
const IPV6 = [0x20, 0x01, 0x0d, 0xb8, ...Array<number>(11).fill(0), 7, 0x20, 0x01, 0x0d, 0xb8, ...Array<number>(11).fill(0), 1, 0x12, 0x34, 0x22, 0xb3]

const good: readonly [string, Buffer, string | undefined][] = [
  ['version 1, IPv4', Buffer.from('PROXY TCP4 203.0.113.9 192.0.2.1 4660 8883\r\n'), '203.0.113.9'],
  ['version 1, IPv6', Buffer.from('PROXY TCP6 2001:db8::7 2001:db8::1 4660 8883\r\n'), '2001:db8::7'],
  ['version 1, unknown', Buffer.from('PROXY UNKNOWN\r\n'), undefined],
  ['version 1, unknown with more', Buffer.from('PROXY UNKNOWN ffff:: whatever 1 2\r\n'), undefined],
  ['version 2, IPv4', block(0x21, 0x11, IPV4), '203.0.113.9'],
  ['version 2, IPv4 with notes', block(0x21, 0x11, IPV4, { notes: Buffer.from([4, 0, 1, 0]) }), '203.0.113.9'],
  ['version 2, IPv6', block(0x21, 0x21, IPV6), '2001:db8::7'],
  ['version 2, local', block(0x20, 0x00, []), undefined],
  ['version 2, local with an address that does not count', block(0x20, 0x11, IPV4), undefined],
  ['version 2, unspecified', block(0x21, 0x00, []), undefined],
  ['version 2, a Unix socket', block(0x21, 0x31, Array<number>(216).fill(0)), undefined],
]

const hostile: readonly [string, Buffer][] = [
  ['a CONNECT', connectPacket({ username: 'bus-1', password: 'x', client: 'bus-1', clean: true, keepalive: 0 })],
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['small letters', Buffer.from('proxy TCP4 203.0.113.9 192.0.2.1 4660 8883\r\n')],
  ['no end of the line', Buffer.from(`PROXY TCP4 ${'1'.repeat(200)}`)],
  ['the end of the line beyond its limit', Buffer.from(`PROXY UNKNOWN ${'x'.repeat(95)}\r\n`)],
  ['no address', Buffer.from('PROXY TCP4 203.0.113 192.0.2.1 4660 8883\r\n')],
  ['an address of the other family', Buffer.from('PROXY TCP4 2001:db8::7 2001:db8::1 4660 8883\r\n')],
  ['an address with a zone', Buffer.from('PROXY TCP6 fe80::7%eth0 2001:db8::1 4660 8883\r\n')],
  ['a port too large', Buffer.from('PROXY TCP4 203.0.113.9 192.0.2.1 65536 8883\r\n')],
  ['a port with a zero in front', Buffer.from('PROXY TCP4 203.0.113.9 192.0.2.1 0080 8883\r\n')],
  ['two spaces', Buffer.from('PROXY TCP4  203.0.113.9 192.0.2.1 4660 8883\r\n')],
  ['too few parts', Buffer.from('PROXY TCP4 203.0.113.9\r\n')],
  ['a line feed alone', Buffer.from(`PROXY TCP4 203.0.113.9 192.0.2.1 4660 8883\n${' '.repeat(80)}`)],
  ['an unknown command', block(0x22, 0x11, IPV4)],
  ['version 3', block(0x31, 0x11, IPV4)],
  ['UDP', block(0x21, 0x12, IPV4)],
  ['an unknown family', block(0x21, 0x51, IPV4)],
  ['fewer addresses than its family has', block(0x21, 0x21, IPV4)],
  ['64 KiB of notes', block(0x21, 0x11, IPV4, { length: 65_535 })],
]

describe('reading a header', () => {
  test.each(good)('%s', (_, bytes, client) => {
    const behind = Buffer.from([0x10, 0x0c])
    expect(readProxyHeader(Buffer.concat([bytes, behind]))).toEqual({ found: 'header', length: bytes.length, ...(client !== undefined && { client }) })
    for (let length = 0; length < bytes.length; length++) expect(readProxyHeader(bytes.subarray(0, length)), `${length} bytes`).toEqual({ found: 'more' })
  })

  test.each(hostile)('refused: %s', (_, bytes) => {
    expect(readProxyHeader(bytes)).toMatchObject({ found: 'malformed' })
  })

  test('any bytes are answered, and no more of them are waited for than the longest header has', () => {
    const beginnings = fc.constantFrom(Buffer.alloc(0), SIGNATURE, Buffer.from('PROXY '), Buffer.from('PROXY TCP4 '), block(0x21, 0x11, []))
    const property = fc.property(beginnings, fc.uint8Array({ maxLength: 300 }), (beginning, rest) => {
      const header = readProxyHeader(Buffer.concat([beginning, rest]))
      expect(['more', 'malformed', 'header']).toContain(header.found)
      if (header.found === 'header') expect(header.length).toBeLessThanOrEqual(16 + 2_048)
      expect(readProxyHeader(Buffer.concat([beginning, rest, Buffer.alloc(3_000)])).found).not.toBe('more')
    })
    fc.assert(property)
  })
})

describe('behind a load balancer', () => {
  let broker: SecureBroker
  beforeAll(async () => {
    broker = await startSecureBroker({ trustedProxies: ['127.0.0.1'], limits: { refusalLogEveryMs: 0 } })
  })
  afterAll(() => broker.close())

  /** Signs in with a wrong secret, so that the log tells where it came from. */
  const wrong = connectPacket({ username: 'bus-1', password: 'wrong', client: 'bus-1', clean: true, keepalive: 0 })
  const right = connectPacket({ username: 'bus-1', password: 'secret-bus-1', client: 'bus-1', clean: true, keepalive: 0 })
  const open = (): RawClient => new RawClient(connectTcp(broker.broker.port, '127.0.0.1'))
  const peerOfLast = (): unknown => broker.log.lines.map(({ fields }) => fields).findLast(fields => 'reason' in fields && fields.reason === 'CREDENTIALS_WRONG')

  test.each(good)('%s: the client’s own address counts', async (_, header, client) => {
    const raw = open()
    raw.send(header, wrong)
    await until(() => raw.closed || raw.received.length >= 4)
    expect(peerOfLast()).toMatchObject({ peer: client ?? '127.0.0.1' })
    raw.socket.destroy()
  })

  test('a header that comes byte by byte, with the CONNECT and a publish in the same packet as its last byte', async () => {
    const raw = open()
    const header = block(0x21, 0x11, IPV4)
    for (const byte of header.subarray(0, -1)) {
      raw.send([byte])
      await new Promise(resolve => setImmediate(resolve))
    }
    raw.send(header.subarray(-1), right, publishPacket('up/bus-1/telemetry', 'behind a balancer', 1, 7))
    await until(() => raw.received.length >= 8)
    expect([...raw.received]).toEqual([0x20, 2, 0, 0, 0x40, 2, 0, 7])
    raw.socket.destroy()
  })

  test('over TLS the header stands before the handshake', async () => {
    const socket = connectTcp(broker.broker.tlsPort, '127.0.0.1')
    socket.write(Buffer.from('PROXY TCP4 203.0.113.44 192.0.2.1 4660 8883\r\n'))
    const raw = new RawClient(connectTls({ socket, ca: broker.server.pem, host: '127.0.0.1' }))
    raw.send(wrong)
    await until(() => raw.received.length >= 4)
    expect(peerOfLast()).toMatchObject({ peer: '203.0.113.44', transport: 'tls' })
    raw.socket.destroy()
  })

  test.each(hostile)('closed and counted: %s', async (_, bytes) => {
    const before = broker.broker.stats().refused.PROXY_HEADER
    const raw = open()
    raw.send(bytes, right)
    await until(() => raw.closed)
    expect(raw.received).toHaveLength(0)
    expect(broker.broker.stats().refused.PROXY_HEADER).toBe(before + 1)
  })

  test('a header that does not come to its end is not waited for long', async () => {
    const hasty = await startSecureBroker({ trustedProxies: ['127.0.0.1'], limits: { connectTimeoutMs: 200 } })
    const raw = new RawClient(connectTcp(hasty.broker.port, '127.0.0.1'))
    raw.send(Buffer.from('PROXY TC'))
    await until(() => raw.closed)
    expect(hasty.broker.stats().refused.PROXY_HEADER).toBe(1)
    await hasty.close()
  })

  test('whoever hangs up in the middle of a header is in nobody’s way', async () => {
    const gone = open()
    gone.send(Buffer.from('PROXY TC'))
    gone.socket.destroy()
    const next = open()
    next.send(Buffer.from('PROXY UNKNOWN\r\n'), right)
    await until(() => next.received.length >= 4)
    next.socket.destroy()
  })
})

test('from anybody else a header is no MQTT: nobody chooses an address', async () => {
  const broker = await startSecureBroker({ trustedProxies: ['192.0.2.0/24'] })
  const raw = new RawClient(connectTcp(broker.broker.port, '127.0.0.1'))
  raw.send(Buffer.from('PROXY TCP4 203.0.113.9 192.0.2.1 4660 8883\r\n'))
  await until(() => raw.closed)
  expect(broker.broker.stats().refused).toMatchObject({ NOT_MQTT: 1, PROXY_HEADER: 0 })
  await broker.close()
})
