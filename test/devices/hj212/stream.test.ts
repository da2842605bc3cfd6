import { describe, expect, test } from 'vitest'
import { encodePacket } from '../../../devices/protocols/hj212/encode.ts'
import { LONGEST_PACKET, nextPiece } from '../../../devices/protocols/hj212/frame.ts'
import { hj212 } from '../../../devices/protocols/hj212/protocol.ts'
import { vectorsOf } from '../vectors.ts'

const vectors = (await vectorsOf('hj212')).map(vector => Buffer.from(vector.hex, 'hex'))
const sound = encodePacket({ qn: '20260801100000000', st: '39', cn: '2011', pw: '123456', mn: 'SOUND1', flag: 5, cp: 'DataTime=20260801100000;LA-Rtd=50.1' })

/** Packets found in a stream that comes in chunks, with what a reader would hold back. Fails when it would hold back more than a packet. */
function packetsIn(chunks: readonly Buffer[]): string[] {
  const found: string[] = []
  let rest = Buffer.alloc(0)
  for (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk])
    let from = 0
    while (from < bytes.length) {
      const piece = nextPiece(bytes, from)
      if (piece.from !== from || piece.to <= from || piece.to > bytes.length) throw new Error(`a piece from ${piece.from} to ${piece.to} at ${from}`)
      if (piece.type === 'wait') break
      if (piece.type === 'packet') found.push(bytes.toString('latin1', piece.from, piece.to))
      from = piece.to
    }
    rest = bytes.subarray(from)
    if (rest.length >= LONGEST_PACKET) throw new Error(`${rest.length} bytes are held back`)
  }
  return found
}

/** Whether a packet that stands before others, however broken, lets the second sound one behind it be found. */
function recovers(before: Buffer): boolean {
  return packetsIn([before, sound, sound, sound]).filter(text => text === sound.toString('latin1')).length >= 2
}

describe('packets in a stream', () => {
  test('are found again behind a vector that was cut at any byte, or of which any byte was changed', () => {
    let tries = 0
    for (const bytes of vectors) {
      for (let at = 0; at < bytes.length; at++) {
        if (!recovers(bytes.subarray(0, at))) throw new Error(`cut at ${at}: ${bytes.toString('latin1')}`)
        for (const mask of [0x01, 0x80, 0xff]) {
          const changed = Buffer.from(bytes)
          changed[at] = (changed[at] ?? 0) ^ mask
          if (!recovers(changed)) throw new Error(`byte ${at} changed by ${mask}: ${bytes.toString('latin1')}`)
          tries++
        }
        tries++
      }
    }
    process.stdout.write(`hj212  ${tries} streams with a broken packet in front\n`)
    expect(tries).toBeGreaterThan(10_000)
  })

  test('are the same however the stream is split, and glued together', () => {
    const stream = Buffer.concat(vectors)
    const whole = packetsIn([stream])
    expect(whole.length).toBeGreaterThan(40)
    let tries = 0
    for (const size of [1, 2, 3, 5, 7, 64, 333, 1460]) {
      const chunks: Buffer[] = []
      for (let at = 0; at < stream.length; at += size) chunks.push(stream.subarray(at, at + size))
      expect(packetsIn(chunks)).toEqual(whole)
      tries += chunks.length
    }
    for (let at = 0; at < stream.length; at += 3) expect(packetsIn([stream.subarray(0, at), stream.subarray(at)])).toEqual(whole)
    process.stdout.write(`hj212  ${tries + Math.ceil(stream.length / 3)} splits of ${stream.length} bytes\n`)
  })

  test.each([
    ['length 9999', '##9999QN=20260801100000000;ST=39;CN=2011;CP=&&&&0000\r\n'],
    ['a length that is no number', '##12x4ST=39&&0000\r\n'],
    ['hashes', '#####'],
    ['a packet that was cut and its end lost', '##0100QN=2026'],
  ])('%s costs nothing but itself', (_, text) => {
    expect(packetsIn([Buffer.from(text, 'latin1'), sound])).toEqual([sound.toString('latin1')])
  })

  test('without an end hold back no more than one packet', () => {
    const endless = Array.from({ length: 400 }, () => Buffer.from(`##9999${'x'.repeat(500)}`))
    expect(packetsIn(endless)).toEqual([])
    expect(packetsIn(Array.from({ length: 400 }, () => Buffer.alloc(500, 0x23)))).toEqual([])
    expect(packetsIn([Buffer.from(`##1024${'y'.repeat(2_000)}`), sound])).toEqual([sound.toString('latin1')])
  })
})

test('is recognised among other bytes, and says who sent it', () => {
  const text = Buffer.concat([Buffer.from('CTRL:&2017\r\n'), sound])
  expect(hj212.recognise?.(text)).toMatchObject({ from: 12, to: text.length, sender: 'SOUND1', what: { en: expect.stringContaining('2011') } })
  const wrong = Buffer.from(sound)
  wrong[20] = 0x39
  expect(hj212.recognise?.(wrong)).toBeUndefined()
  expect(hj212.recognise?.(Buffer.from('FE FE FE 68'))).toBeUndefined()
})
