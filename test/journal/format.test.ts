import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crc32c } from '../../gateway/journal/crc32c.ts'
import { readRecord, recordBytes, writeRecord } from '../../gateway/journal/record.ts'
import { segmentName } from '../../gateway/journal/segment.ts'
import { readSegmentHeader, writeSegmentHeader } from '../../gateway/journal/segment-header.ts'
import type { Frame } from '../../gateway/model/frame.ts'
import { fill, frame, isTrue, offsets, readAll, segments, T0, Workspace } from './workspace.ts'

const work = new Workspace()

/** A record of format 1, as the first version wrote it. */
function recordOfFormat1(offset: number, one: Frame): Buffer {
  const bytes = Buffer.alloc(recordBytes(one, one.payload.length))
  bytes.write('CGJR', 0, 'latin1')
  bytes.writeUInt32LE(bytes.length, 8)
  bytes.writeDoubleLE(offset, 12)
  bytes.writeDoubleLE(one.receivedAt, 20)
  bytes[28] = one.device.length
  bytes[29] = one.channel.length
  bytes.write(one.device + one.channel, 32, 'latin1')
  bytes.set(one.payload, 32 + one.device.length + one.channel.length)
  bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4)
  return bytes
}

describe('CRC-32C', () => {
  it('is the one of RFC 3720, appendix B.4', () => {
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa)
    expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43)
    expect(crc32c(Buffer.from(Array.from({ length: 32 }, (_, n) => n)))).toBe(0x46dd794e)
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
  })

  it('is the same bit by bit, for any length and place', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(20), (bytes, start) => {
        const from = Math.min(start, bytes.length)
        let crc = 0xffffffff
        for (const byte of bytes.subarray(from)) {
          crc ^= byte
          for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
        }
        expect(crc32c(bytes, from)).toBe((crc ^ 0xffffffff) >>> 0)
      }),
    )
  })
})

describe('records', () => {
  it('come back as they were written, and never when cut or changed', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/),
        fc.uint8Array({ maxLength: 300 }),
        fc.nat(200_000),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (device, payload, before, place, flip) => {
          const one: Frame = { device, channel: 'telemetry', receivedAt: T0, payload }
          const bytes = Buffer.alloc(recordBytes(one, one.payload.length))
          expect(writeRecord(bytes, 0, one, T0, payload, 0, payload.length, 1_000_000, before)).toBe(bytes.length)
          const whole = readRecord(bytes, 0)
          expect(whole).toMatchObject({ state: 'whole', next: bytes.length, groupFirst: 1_000_000 - Math.min(before, 65_535) })
          if (whole.state === 'whole')
            expect({ ...whole.frame, payload: [...whole.frame.payload] }).toEqual({ ...one, offset: 1_000_000, payload: [...payload] })
          expect(readRecord(bytes.subarray(0, place % bytes.length), 0).state).not.toBe('whole')
          bytes[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ flip
          expect(readRecord(bytes, 0).state).not.toBe('whole')
        },
      ),
    )
  })
})

describe('formats', () => {
  it('reads what the first version wrote, and goes on in its own format', async () => {
    const old = Buffer.concat(Array.from({ length: 30 }, (_, n) => recordOfFormat1(n, frame(n))))
    await writeFile(join(work.folder, segmentName(0)), old)
    const journal = await work.open()
    expect(journal.end).toBe(30)
    await fill(journal, 30, 40)
    await journal.close()
    const again = await work.open()
    const frames = await readAll(again)
    expect(offsets(frames)).toEqual(Array.from({ length: 40 }, (_, n) => n))
    expect(frames.every(one => isTrue(one))).toBe(true)
    expect(again.condition).toMatchObject({ damages: 0, lostFrames: 0, segments: 2 })
    // Nothing of the old file was touched.
    expect(await readFile(join(work.folder, segmentName(0)))).toEqual(old)
  })

  it('repairs a torn record of the first version', async () => {
    const old = Buffer.concat(Array.from({ length: 3 }, (_, n) => recordOfFormat1(n, frame(n))))
    await writeFile(join(work.folder, segmentName(0)), old.subarray(0, -7))
    const journal = await work.open()
    expect(journal.end).toBe(2)
    expect(work.log.complained('torn record')).toBe(true)
    await fill(journal, 2, 4)
    expect(offsets(await readAll(journal))).toEqual([0, 1, 2, 3])
  })

  it('replaces an empty file of the first version', async () => {
    await writeFile(join(work.folder, segmentName(0)), '')
    const journal = await work.open()
    await fill(journal, 0, 2)
    expect(journal.condition.segments).toBe(1)
    expect(offsets(await readAll(journal))).toEqual([0, 1])
  })

  it('refuses a format to come, says what to do, and leaves the file alone', async () => {
    const header = writeSegmentHeader(0, T0)
    header.writeUInt16LE(3, 4)
    header.writeUInt32LE(crc32c(Buffer.concat([header.subarray(0, 8), header.subarray(12)])), 8)
    const path = join(work.folder, segmentName(0))
    await writeFile(path, header)
    await expect(work.open()).rejects.toMatchObject({ code: 'DATA_FOLDER_UNUSABLE', message: expect.stringMatching(/has format 3.*reads 1 to 2.*move/) })
    expect(await readFile(path)).toEqual(header)
  })

  it('knows a header only when all of it is sound', () => {
    const header = writeSegmentHeader(77, T0)
    expect(readSegmentHeader(header)).toEqual({ kind: 'header', header: { format: 2, first: 77, createdAt: T0 } })
    for (let at = 0; at < header.length; at++) {
      const flipped = Buffer.from(header)
      flipped[at] = (flipped[at] ?? 0) ^ 0x10
      expect(readSegmentHeader(flipped).kind).toBe('damaged')
      expect(readSegmentHeader(header.subarray(0, at)).kind).toBe(at === 0 ? 'empty' : 'damaged')
    }
  })

  it('leaves no space behind the last record when it is closed', async () => {
    const journal = await work.open()
    await fill(journal, 0, 10)
    const [path = ''] = await segments(work.folder)
    expect((await stat(path)).size).toBeGreaterThan(500_000)
    await journal.close()
    expect((await stat(path)).size).toBe(32 + 10 * recordBytes(frame(0), 20))
  })
})
