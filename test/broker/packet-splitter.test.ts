import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PacketSplitter } from '../../gateway/broker/packet-splitter.ts'
import { PublishView } from '../../gateway/broker/publish-packet.ts'
import { connectPacket, publishPacket } from './fixture.ts'

const connect = connectPacket({ username: 'u', password: 'p', client: 'c', clean: true, keepalive: 0 })
const publish = fc
  .tuple(
    fc.string({ maxLength: 20 }),
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom(0 as const, 1 as const, 2 as const),
    fc.integer({ min: 1, max: 65_535 }),
  )
  .map(([topic, payload, qos, id]) => ({ topic, payload: Buffer.from(payload), qos, id, bytes: publishPacket(topic, Buffer.from(payload), qos, id) }))

test('finds the same packets however the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(publish, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 30 }), (packets, cuts) => {
      const stream = Buffer.concat([connect, ...packets.map(({ bytes }) => bytes)])
      const splitter = new PacketSplitter({ firstPacketBytes: 1000, packetBytes: 1000 })
      const found: Buffer[] = []
      let at = 0
      for (let index = 0; at < stream.length; index++) {
        const next = at + (cuts[index % cuts.length] ?? 1)
        // A copy that is overwritten: what the splitter keeps it must have copied.
        const chunk = Buffer.from(stream.subarray(at, next))
        expect(splitter.push(chunk, (bytes, from, to) => found.push(Buffer.from(bytes.subarray(from, to))))).toBeUndefined()
        chunk.fill(0)
        at = next
      }
      expect(Buffer.concat(found)).toEqual(stream)
      expect(found).toHaveLength(packets.length + 1)
      expect(splitter.pendingBytes).toBe(0)
    }),
  )
})

test('reads topic, message id and payload of a PUBLISH', () => {
  fc.assert(
    fc.property(publish, ({ topic, payload, qos, id, bytes }) => {
      const view = new PublishView()
      // Somewhere among other bytes, as in a chunk.
      const chunk = Buffer.concat([Buffer.from([0xff, 0xff]), bytes, Buffer.from([0xff])])
      expect(view.read(chunk, 2, 2 + bytes.length)).toBe(true)
      expect(view).toMatchObject({ qos, messageId: qos === 0 ? 0 : id })
      expect(chunk.toString('utf8', view.topicStart, view.topicEnd)).toBe(Buffer.from(topic).toString())
      expect(chunk.subarray(view.payloadStart, 2 + bytes.length)).toEqual(payload)
    }),
  )
})

test('never throws and never reads outside, whatever a PUBLISH holds', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), fc.integer({ min: 0, max: 15 }), (body, flags) => {
      const packet = Buffer.from([0x30 | flags, body.length, ...body])
      const view = new PublishView()
      if (view.read(packet, 0, packet.length)) expect(view.payloadStart).toBeLessThanOrEqual(packet.length)
    }),
  )
})

test.each([
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\n'), 'NOT_MQTT'],
  ['TLS', Buffer.from([0x16, 3, 1, 2, 0]), 'NOT_MQTT'],
  ['a PUBLISH first', publishPacket('up/a/b', 'x'), 'NOT_MQTT'],
  ['a length of five bytes', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0x01]), 'MALFORMED'],
  ['a CONNECT longer than allowed', Buffer.from([0x10, 0xff, 0xff, 0x7f]), 'TOO_LARGE'],
])('%s is known for what it is from its first bytes, whole or one by one', (_name, bytes, expected) => {
  const limits = { firstPacketBytes: 1000, packetBytes: 1000 }
  expect(new PacketSplitter(limits).push(bytes, () => undefined)).toBe(expected)
  const slow = new PacketSplitter(limits)
  const seen = [...bytes].map(byte => slow.push(Buffer.from([byte]), () => undefined))
  expect(seen.find(problem => problem !== undefined)).toBe(expected)
})

test('keeps no more than came, however much a header promises, and costs no more than the bytes', () => {
  const splitter = new PacketSplitter({ firstPacketBytes: 1000, packetBytes: 1_000_000 })
  splitter.push(connect, () => undefined)
  const packet = publishPacket('t', Buffer.alloc(900_000, 7))
  let found = 0
  const started = performance.now()
  for (const byte of packet) splitter.push(Buffer.from([byte]), () => found++)
  expect(found).toBe(1)
  // Copying the whole each time would be 400 GB.
  expect(performance.now() - started).toBeLessThan(5_000)
})
