import { describe, expect, test } from 'vitest'
import { loadCatalogue } from '../../../devices/catalogue.ts'
import { explainModbus } from '../../../devices/protocols/modbus/explain.ts'
import { crc16 } from '../../../devices/protocols/modbus/frame.ts'
import { recogniseModbus } from '../../../devices/protocols/modbus/recognise.ts'
import type { ExplainedPart } from '../../../gateway/model/explanation.ts'

const catalogue = await loadCatalogue()
const volts = Buffer.from('01040000000271cb010404436633341b38', 'hex')

/** A frame made by hand: its bytes and their CRC, the low byte first (Modbus over Serial Line V1.02 § 2.5.1.2). */
function sealed(hex: string): Buffer {
  const bytes = Buffer.from(hex, 'hex')
  const crc = crc16(bytes)
  return Buffer.concat([bytes, Buffer.from([crc & 0xff, crc >> 8])])
}

const said = (parts: readonly ExplainedPart[]): string[] =>
  parts.flatMap(part => [`${part.from}-${part.to} ${part.name.en}${part.value === undefined ? '' : `: ${part.value}`}`, ...said(part.parts ?? [])])

describe('explanations of Modbus', () => {
  test('without a model, registers are told one by one', () => {
    const { parts, header } = explainModbus(volts, undefined, undefined)
    expect(header).toMatchObject({ unit: 1, function: 4, address: 0, count: 2 })
    expect(said(parts)).toEqual(expect.arrayContaining(['11-13 Register 0: 17254', '13-15 Register 1: 13108']))
  })

  test('raw and value are told apart, and what the model calls no value', () => {
    const renke = catalogue.model('renke-rs-fsxcs-n01')
    const frame = Buffer.concat([sealed('010301f40001'), sealed('0103020017')])
    expect(said(renke?.explain?.(frame)?.parts ?? [])).toContain('11-13 Wind speed: 23 → 2.3 m/s')
    const silent = Buffer.concat([sealed('010301fa0001'), sealed('0103020000')])
    expect(JSON.stringify(renke?.explain?.(silent)?.parts)).toContain('the model says that this is no value')
  })

  test('mistakes are said where they are', () => {
    const other = Buffer.concat([sealed('010400000002'), sealed('02040443663334')])
    expect(JSON.stringify(explainModbus(other, undefined, undefined).parts[1])).toContain('1 was asked')
    const cut = volts.subarray(0, 14)
    expect(explainModbus(cut, undefined, undefined).parts[1]?.parts?.at(-1)).toMatchObject({
      from: 10,
      to: 14,
      problem: { en: expect.stringContaining('9 bytes') },
    })
  })

  test('writes are told as writes, with their answers', () => {
    const one = sealed('0106000a0037')
    expect(said(explainModbus(Buffer.concat([one, one]), undefined, undefined).parts)).toEqual(
      expect.arrayContaining(['0-8 Write: 10 = 55', '4-6 What is written: 55', '8-16 Answer to the write: 10 = 55']),
    )
    const many = Buffer.concat([sealed('01100001000204000a0102'), sealed('011000010002')])
    expect(said(explainModbus(many, undefined, undefined).parts)).toEqual(
      expect.arrayContaining(['0-13 Write: 1…2', '7-11 What is written', '13-21 Answer to the write: 1…2']),
    )
    expect(JSON.stringify(explainModbus(sealed('010500030001'), undefined, undefined).parts)).toContain('FF00 or 0000 is allowed')
  })

  test('its frames are recognised among others by their CRC, and nothing else is', () => {
    const noisy = Buffer.concat([Buffer.from('fefe00', 'hex'), volts, Buffer.from('ff', 'hex')])
    expect(recogniseModbus(noisy)).toMatchObject({ from: 3, to: 20, sender: '1', what: { en: 'a read request and its answer' } })
    expect(recogniseModbus(volts.subarray(8))).toMatchObject({ from: 0, to: 9, what: { en: 'an answer to a read' } })
    const broken = Buffer.from(volts)
    for (let index = 0; index < 17; index++) broken[index] = (broken[index] ?? 0) ^ 0x10
    expect(recogniseModbus(broken)).toBeUndefined()
  })
})
