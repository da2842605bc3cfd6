import { createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { loadCatalogue } from '../../../devices/catalogue.ts'
import { EVERYBODY } from '../../../devices/protocols/dlt645/clock.ts'
import { encodeFrame, identifierBytes } from '../../../devices/protocols/dlt645/encode.ts'
import { type Frame, nextPiece } from '../../../devices/protocols/dlt645/frame.ts'
import { BusMaster } from '../../../gateway/links/bus/bus-master.ts'
import type { Device, Model, ModelEntry } from '../../../gateway/model/device.ts'
import { ListedDevices, silent } from '../fixtures.ts'
import { MemoryJournal } from '../memory-journal.ts'
import { quick } from './bus-fixtures.ts'

const ADDRESS = '202611260007'
const AT = Date.UTC(2026, 10, 26, 14, 7, 9)
const catalogue = await loadCatalogue()
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

function entryOf(mapping: object): ModelEntry {
  const entry = catalogue.model('dlt645-single-phase')
  if (!entry) throw new Error('no such model')
  const model: Model = { ...entry.model, mapping }
  return { ...entry, model }
}

/** A line of one meter that a script answers for, behind a converter on TCP. Requests are told as frames. */
async function lineOf(entry: ModelEntry, script: (frame: Frame, socket: Socket) => void) {
  const heard: Frame[] = []
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, socket => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('data', bytes => {
      const piece = nextPiece(bytes, 0)
      if (piece.type !== 'frame') throw new Error('a request in pieces')
      heard.push(piece.frame)
      script(piece.frame, socket)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('no address')
  const device: Device = { id: 'meter', org: 'grid', model: entry.model.id, link: { url: `rtu-tcp://127.0.0.1:${address.port}`, address: ADDRESS } }
  const journal = new MemoryJournal()
  const listed = { ...catalogue, model: () => entry }
  const settings = { ...quick, timeoutMs: 5_000 }
  const master = new BusMaster({ directory: new ListedDevices([device]), catalogue: listed, journal, log: silent, now: () => AT, settings })
  master.start()
  stops.push(async () => {
    await master.stop()
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => server.close(resolve))
  })
  return { heard, journal, master }
}

describe('an answer that is not all', () => {
  const BLOCK = '0001FF00'
  const mapping = {
    read: { every: '1s', blocks: true },
    points: [
      { di: '00010000', field: 'importEnergy' },
      { di: '00010100', field: 'importEnergySharp' },
      { di: '00010200', field: 'importEnergyPeak' },
    ],
  }
  // 100.00, 20.00 and 30.50 kWh, cut within the second value.
  const bytes = Uint8Array.of(0x00, 0x00, 0x01, 0x00, 0x00, 0x20, 0x00, 0x00, 0x50, 0x30, 0x00, 0x00)
  const begun = encodeFrame(ADDRESS, 0xb1, Uint8Array.of(...identifierBytes(BLOCK), ...bytes.subarray(0, 6)))
  const parts = [bytes.subarray(6, 9), bytes.subarray(9)]
  const rest = ({ control, data }: Frame, socket: Socket): void => {
    if (control === 0x11) socket.write(begun)
    else if (control === 0x12) {
      const part = data[4] ?? 0
      const more = part < parts.length ? 0x20 : 0
      // Another part first: what does not carry the number that was asked for is not the answer.
      const other = encodeFrame(ADDRESS, 0x92, Uint8Array.of(...identifierBytes(BLOCK), 0x99, part + 5))
      const said = encodeFrame(ADDRESS, 0x92 | more, Uint8Array.of(...identifierBytes(BLOCK), ...(parts[part - 1] ?? []), part))
      socket.write(Buffer.concat([other, said]))
    }
  }

  it('is asked for the rest, which is one frame of the journal with it, and its values are whole', async () => {
    const entry = entryOf(mapping)
    const { heard, journal } = await lineOf(entry, rest)
    await vi.waitFor(() => expect(journal.frames.length).toBeGreaterThan(0), { timeout: 20_000, interval: 10 })
    expect(heard.slice(0, 3).map(({ control, data }) => [control, data.length])).toEqual([
      [0x11, 4],
      [0x12, 5],
      [0x12, 5],
    ])
    const payload = journal.frames[0]?.payload ?? new Uint8Array()
    const decoded = catalogue.model('dlt645-three-phase')?.decoderFor('dlt645')?.decode(payload, { receivedAt: AT })
    expect(decoded).toEqual({ ok: true, readings: [{ values: { importEnergy: 100, importEnergySharp: 20, importEnergyPeak: 30.5 } }] })
  })

  it('counts as far as it came, and a rest without its beginning is refused', () => {
    const decoder = catalogue.model('dlt645-three-phase')?.decoderFor('dlt645')
    expect(decoder?.decode(begun, { receivedAt: AT })).toEqual({ ok: true, readings: [{ values: { importEnergy: 100 } }] })
    const alone = encodeFrame(ADDRESS, 0x92, Uint8Array.of(...identifierBytes(BLOCK), 0, 0, 1))
    expect(decoder?.decode(alone, { receivedAt: AT })).toMatchObject({ ok: false, reason: 'INCOMPLETE' })
  })
})

describe('the time for all meters of a line', () => {
  it('is sent once, by the clock of the meters’ zone, and waits for nobody', async () => {
    const { heard, master } = await lineOf(
      entryOf({ read: { every: '1h' }, clock: { zone: '+08:00' }, points: [{ di: '02010100', field: 'voltageL1' }] }),
      ({ control }, socket) => {
        if (control === 0x11) socket.write(encodeFrame(ADDRESS, 0x91, Uint8Array.of(...identifierBytes('02010100'), 0x14, 0x23)))
      },
    )
    const [time] = master.orders('meter')
    expect(() => time?.check('12:00')).toThrow('carries no value')
    expect(await time?.send(undefined, AbortSignal.timeout(20_000))).toEqual({ type: 'told' })
    await vi.waitFor(() => expect(heard.filter(({ control }) => control === 0x08)).toHaveLength(1), { timeout: 20_000, interval: 10 })
    const frame = heard.find(({ control }) => control === 0x08)
    // 2026-11-26 22:07:09 in Shanghai, seconds first.
    expect([frame?.address, Buffer.from(frame?.data ?? []).toString('hex')]).toEqual([EVERYBODY, '090722261126'])
    expect(master.lines()[0]).toMatchObject({ timeouts: 0, silent: 0 })
    // Given at the very moment the one before is done, with nothing to poll for an hour: it is not left lying.
    for (let again = 0; again < 5; again++) expect(await time?.send(undefined, AbortSignal.timeout(10_000))).toEqual({ type: 'told' })
  })

  it('is not among the orders of a model that names no clock', async () => {
    const { master } = await lineOf(entryOf({ points: [{ di: '02010100', field: 'voltageL1' }] }), () => undefined)
    expect(master.orders('meter')).toEqual([])
  })
})
