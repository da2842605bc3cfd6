import fc from 'fast-check'
import { generate, type Packet, parser } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { connectPacket, PacketReader, pingPacket, subscribePacket, unsubscribePacket } from '../../dashboard/live/mqtt-packets.ts'

/** What another implementation makes of our bytes. */
function understood(bytes: Uint8Array): Packet {
  const found: Packet[] = []
  const reader = parser()
  reader.on('packet', packet => found.push(packet))
  reader.parse(Buffer.from(bytes))
  const [packet] = found
  if (found.length !== 1 || !packet) throw new Error(`${found.length} packets`)
  return packet
}

describe('packets of a listener', () => {
  it('are understood by another implementation', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
        fc.string({ maxLength: 300, unit: 'grapheme' }),
        fc.integer({ min: 1, max: 0xffff }),
        fc.array(fc.stringMatching(/^live\/v1(\/[a-z0-9+]{1,12}){1,7}$/), { minLength: 1, maxLength: 32 }),
        (username, password, id, filters) => {
          expect(understood(connectPacket({ clientId: 'page1', username, password, keepaliveSeconds: 12 }))).toMatchObject({
            cmd: 'connect',
            protocolId: 'MQTT',
            protocolVersion: 4,
            clean: true,
            keepalive: 12,
            clientId: 'page1',
            username,
            password: Buffer.from(password),
          })
          expect(understood(subscribePacket(id, filters))).toMatchObject({
            cmd: 'subscribe',
            messageId: id,
            subscriptions: filters.map(topic => ({ topic, qos: 0 })),
          })
          expect(understood(unsubscribePacket(id, filters))).toMatchObject({ cmd: 'unsubscribe', messageId: id, unsubscriptions: filters })
          expect(understood(pingPacket)).toMatchObject({ cmd: 'pingreq' })
        },
      ),
    )
  })
})

describe('what a broker sends', () => {
  const message = fc.record({ topic: fc.stringMatching(/^live\/v1(\/[a-z0-9]{1,9}){1,7}$/), payload: fc.uint8Array({ maxLength: 600 }) })

  it('is read the same however it is cut up', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), fc.array(fc.nat({ max: 4_000 }), { maxLength: 10 }), (messages, cuts) => {
        const bytes = Buffer.concat([
          generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }),
          generate({ cmd: 'suback', messageId: 1, granted: [0, 128] }),
          ...messages.map(({ topic, payload }) =>
            generate({ cmd: 'publish', topic, payload: Buffer.from(payload), qos: 0, retain: payload.length % 2 === 0, dup: false }),
          ),
          generate({ cmd: 'unsuback', messageId: 2, granted: [] }),
          generate({ cmd: 'pingresp' }),
        ])
        const reader = new PacketReader()
        const places = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
        const found = places.slice(1).flatMap((end, index) => reader.push(Uint8Array.from(bytes.subarray(places[index], end))))
        expect(found.map(packet => (packet.type === 'publish' ? { ...packet, payload: [...packet.payload] } : packet))).toEqual([
          { type: 'connack', code: 0 },
          { type: 'suback' },
          ...messages.map(({ topic, payload }) => ({ type: 'publish', topic, payload: [...payload] })),
          { type: 'unsuback' },
          { type: 'pingresp' },
        ])
      }),
    )
  })

  it('is refused with an error, never taken for something else, when it is nothing for a listener', () => {
    const refused = [
      [0x10, 0], // a CONNECT
      [0x32, 6, 0, 1, 0x61, 0, 1, 0x62], // a message at QoS 1
      [0x30, 3, 0, 9, 0x61], // a message that ends within its topic
      [0x30, 0x80, 0x80, 0x80, 0x80, 0x01], // a length of five bytes
      [0x30, 0xff, 0xff, 0xff, 0x7f], // 256 MiB
      [0x30, 4, 0, 2, 0xc3, 0x28], // a topic that is no UTF-8
    ]
    for (const bytes of refused) expect(() => new PacketReader().push(Uint8Array.from(bytes)), bytes.join()).toThrow()
  })

  it('never hangs and keeps nothing beyond what is announced, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 }), pieces => {
        const reader = new PacketReader()
        for (const piece of pieces) {
          try {
            for (const packet of reader.push(piece)) expect(['connack', 'publish', 'suback', 'unsuback', 'pingresp']).toContain(packet.type)
          } catch (error) {
            expect(error).toBeInstanceOf(Error)
            return
          }
        }
      }),
    )
  })
})
