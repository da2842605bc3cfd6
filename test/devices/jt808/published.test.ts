import { readFile } from 'node:fs/promises'
import { describe, expect, it, test } from 'vitest'
import { explainJt808 } from '../../../devices/protocols/jt808/explain.ts'
import { FrameFinder } from '../../../devices/protocols/jt808/frame.ts'
import { readMessage } from '../../../devices/protocols/jt808/message.ts'
import { recogniseJt808 } from '../../../devices/protocols/jt808/recognise.ts'
import type { ExplainedPart } from '../../../gateway/model/explanation.ts'

/** What those who published a frame say of it, and what was worked out beside this program. */
interface Published {
  readonly id: string
  readonly wire: string
  readonly chunks?: readonly string[]
  readonly expected: {
    readonly reject?: string
    readonly frames?: number
    readonly checksumOk?: boolean
    readonly header?: {
      readonly msgId: string
      readonly bodyLength: number
      readonly encrypt: number
      readonly subpackage: boolean
      readonly protocolVersion?: number
      readonly terminalId: string
      readonly serial: number
    }
    readonly location?: PublishedLocation
    readonly batch?: { readonly count: number; readonly items: readonly PublishedLocation[] }
    readonly register?: Readonly<Record<string, string | number>>
    readonly auth?: { readonly code: string }
    readonly regAck?: { readonly serial: number; readonly result: number; readonly code: string }
  }
}

interface PublishedLocation {
  readonly lat: number
  readonly lon: number
  readonly extraIds: readonly string[]
}

const text = await readFile(new URL('published-frames.jsonl', import.meta.url), 'utf8')
const rows = text
  .split('\n')
  .filter(line => line !== '')
  .map(line => JSON.parse(line) as Published)

/** All parts of an explanation, outer ones before inner ones. */
function flat(parts: readonly ExplainedPart[]): ExplainedPart[] {
  return parts.flatMap(part => [part, ...flat(part.parts ?? [])])
}

function explained(row: Published): ExplainedPart[] {
  return flat(explainJt808(Buffer.from(row.wire, 'hex'), undefined).parts)
}

function textOf(parts: readonly ExplainedPart[], name: string): string | undefined {
  return parts.find(part => part.name.en === name)?.value
}

describe('published frames', () => {
  it('are 39, in number', () => {
    expect(rows).toHaveLength(39)
  })

  it.each(rows.filter(({ wire }) => wire).map(row => [row.id, row] as const))('%s: head and check byte', (_, row) => {
    const { expected, wire } = row
    const message = readMessage(Buffer.from(wire, 'hex'))
    if (expected.reject !== undefined || expected.checksumOk === false) {
      expect(message).toMatchObject({ ok: false, reason: 'CHECKSUM_MISMATCH' })
      expect(recogniseJt808(Buffer.from(wire, 'hex'))).toBeUndefined()
      return
    }
    const { msgId, bodyLength, encrypt, subpackage, protocolVersion, terminalId, serial } = expected.header ?? expect.unreachable()
    const phone = terminalId.replace(/^0+(?=.)/, '')
    expect(message).toMatchObject({ ok: true, header: { messageId: Number(msgId), bodyLength, encryption: encrypt, phone, serial } })
    if (!message.ok) return
    expect([message.header.part !== undefined, message.header.version]).toEqual([subpackage, protocolVersion])
    expect(explainJt808(Buffer.from(wire, 'hex'), undefined).header).toEqual({ messageId: msgId, terminal: phone, serial })
    const junk = Buffer.concat([Buffer.from('junk~'), Buffer.from(wire, 'hex')])
    expect(recogniseJt808(junk)).toMatchObject({ from: 5, to: junk.length, sender: phone })
  })

  it.each(rows.filter(({ expected }) => expected.location ?? expected.batch).map(row => [row.id, row] as const))('%s: places and items', (_, row) => {
    const parts = explained(row)
    const locations = row.expected.batch?.items ?? [row.expected.location ?? expect.unreachable()]
    const all = (name: string): (string | undefined)[] => parts.filter(part => part.name.en === name).map(({ value }) => value)
    const degrees = (number: number, letters: string): string => `${Math.abs(number)}° ${letters[number < 0 ? 1 : 0]}`
    expect(all('Latitude')).toEqual(locations.map(({ lat }) => degrees(lat, 'NS')))
    expect(all('Longitude')).toEqual(locations.map(({ lon }) => degrees(lon, 'EW')))
    expect(all('Item').map(id => id?.toLowerCase())).toEqual(locations.flatMap(({ extraIds }) => extraIds).map(id => id.toLowerCase()))
  })

  it.each(rows.filter(({ expected }) => expected.register ?? expected.auth ?? expected.regAck).map(row => [row.id, row] as const))(
    '%s: who is who',
    (_, row) => {
      const { register, auth, regAck } = row.expected
      const parts = explained(row)
      if (auth) expect(textOf(parts, 'Code')).toBe(auth.code)
      if (regAck) {
        const { serial, result, code } = regAck
        expect([textOf(parts, 'Serial number answered'), textOf(parts, 'Result'), textOf(parts, 'Code')]).toEqual([
          String(serial),
          `${result} done / 成功`,
          code,
        ])
      }
      if (register) {
        const said = {
          province: Number(textOf(parts, 'Province')),
          city: Number(textOf(parts, 'City, county')),
          maker: textOf(parts, 'Maker'),
          model: textOf(parts, 'Model'),
          terminalId: textOf(parts, 'Terminal id'),
          plateColor: Number(textOf(parts, 'Colour of the plate')),
          plate: textOf(parts, 'Plate') ?? '',
        }
        expect(said).toMatchObject(register)
      }
    },
  )

  it('two frames with one flag between them are two', () => {
    const row = rows.find(({ chunks }) => chunks) ?? expect.unreachable()
    const finder = new FrameFinder()
    const found = (row.chunks ?? []).flatMap(chunk => finder.take(Buffer.from(chunk, 'hex')).frames)
    expect(found.filter(frame => readMessage(frame).ok)).toHaveLength(row.expected.frames ?? 0)
  })
})

test('the session in the README is sound on both sides, and what the table says of it is so', async () => {
  const readme = await readFile(new URL('../../../devices/protocols/jt808/README.md', import.meta.url), 'utf8')
  const frames = [...readme.matchAll(/^(?:terminal|gateway ) (7e[0-9a-f]+7e)$/gm)].map(([, hex]) => Buffer.from(hex ?? '', 'hex'))
  expect(frames.map(frame => readMessage(frame)).map(message => message.ok && message.header.messageId)).toEqual([
    0x0100, 0x8100, 0x0102, 0x8001, 0x0200, 0x8001, 0x0200, 0x8001,
  ])
  const table = [...readme.matchAll(/^\| `([0-9A-F ]+)` \| (.+) \|$/gm)]
  expect(
    table
      .map(([, bytes]) => bytes?.replaceAll(' ', ''))
      .join('')
      .toLowerCase(),
  ).toBe(frames[4]?.toString('hex'))
  const values = new Set(flat(explainJt808(frames[4] ?? new Uint8Array(0), undefined).parts).map(({ value }) => value))
  for (const shown of ['31.28905° N', '121.628706° E', '7 m', '4.2 km/h', '265°', '228951 km', '154.7 L', '23', '10']) expect(values, shown).toContain(shown)
})
