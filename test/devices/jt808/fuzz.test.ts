import { expect, test } from 'vitest'
import { encodeFrame } from '../../../devices/protocols/jt808/encode.ts'
import { locationBody } from '../../../devices/protocols/jt808/encode-terminal.ts'
import { FrameFinder } from '../../../devices/protocols/jt808/frame.ts'
import { recogniseJt808 } from '../../../devices/protocols/jt808/recognise.ts'
import { seededRandom } from '../../../devices/simulators/random.ts'
import type { Decoder } from '../../../gateway/model/decoded.ts'
import { catalogueWithExamples, vectorsOf } from '../vectors.ts'

const catalogue = await catalogueWithExamples()
const vectors = await vectorsOf('jt808')
const good = Buffer.from(
  encodeFrame({
    messageId: 0x0200,
    phone: '13900000000',
    serial: 0x7e7d,
    body: locationBody({ alarm: 0, status: 3, lat: 31, lon: 121, altitude: 5, speed: 30, heading: 90, at: Date.UTC(2026, 0, 1) }),
  }),
)

function decoderOf(model: string): Decoder {
  return catalogue.model(model)?.decoderFor('jt808') ?? expect.unreachable()
}

/** Every vector cut at every byte, and with every byte changed. */
function* mutations(): Generator<{ readonly name: string; readonly model: string; readonly bytes: Buffer }> {
  for (const { name, model, hex } of vectors) {
    const bytes = Buffer.from(hex, 'hex')
    for (let length = 0; length < bytes.length; length++) yield { name: `${name}, ${length} bytes`, model, bytes: bytes.subarray(0, length) }
    for (let index = 0; index < bytes.length; index++) {
      // 7E in place of any byte ends a frame there; 7D begins an escape.
      for (const value of [(bytes[index] ?? 0) ^ 0x01, (bytes[index] ?? 0) ^ 0x80, (bytes[index] ?? 0) ^ 0xff, 0x7e, 0x7d]) {
        const changed = Buffer.from(bytes)
        changed[index] = value
        yield { name: `${name}, byte ${index} is ${value}`, model, bytes: changed }
      }
    }
  }
}

test('whatever happened to a frame has an answer, and the next frame in the stream is read', () => {
  const random = seededRandom('jt808 fuzz')
  let count = 0
  let refused = 0
  for (const { name, model, bytes } of mutations()) {
    count++
    const answer = decoderOf(model).decode(bytes, { receivedAt: 0 })
    if (!answer.ok) {
      refused++
      expect(answer.reason, name).toMatch(/^[A-Z_]+$/)
      expect(answer.detail, name).not.toBe('')
    }
    recogniseJt808(bytes)
    // Glued to what comes next, in packets of any size.
    const stream = Buffer.concat([bytes, good])
    const finder = new FrameFinder()
    const frames: Uint8Array[] = []
    for (let at = 0; at < stream.length; ) {
      const size = random.integer(1, 200)
      frames.push(...finder.take(stream.subarray(at, at + size)).frames)
      at += size
    }
    const last = frames.at(-1) ?? new Uint8Array(0)
    if (!good.equals(last)) expect(Buffer.from(last).toString('hex'), name).toBe(good.toString('hex'))
    for (const frame of frames) decoderOf(model).decode(frame, { receivedAt: 0 })
  }
  console.log(`jt808  ${count} mutations of ${vectors.length} vectors, ${refused} refused by name; the frame behind each was read`)
  expect(refused).toBeGreaterThan(count / 2)
})

test('random bytes between good frames cost no good frame', () => {
  const random = seededRandom('jt808 noise')
  let found = 0
  for (let round = 0; round < 500; round++) {
    const noise = Buffer.from(Array.from({ length: random.integer(0, 300) }, () => random.integer(0, 255)))
    const finder = new FrameFinder()
    const frames = [...finder.take(Buffer.concat([good, noise])).frames, ...finder.take(Buffer.concat([good, good])).frames]
    found += frames.filter(frame => good.equals(frame)).length
  }
  expect(found).toBe(1500)
})
