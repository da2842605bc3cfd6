import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { loadCatalogue } from '../../../devices/catalogue.ts'
import { BusMaster } from '../../../gateway/links/bus/bus-master.ts'
import type { Catalogue } from '../../../gateway/model/device.ts'
import { type RunningProgram, runOn } from '../../support/programs.ts'
import { ListedDevices, polled, silent } from '../fixtures.ts'
import { MemoryJournal } from '../memory-journal.ts'

const script = join(import.meta.dirname, '..', '..', 'support', 'pymodbus_server.py')
const registers = ['0x00=231.25', '0x02=229.5', '0x04=230', '0x06=12.5', '0x34=8625', '0x3E=0.97', '0x46=50.02', '0x48=4711.25', '0x4A=1.5']
let catalogue: Catalogue
let server: RunningProgram | undefined
let port = 0

const serve = async (on: number): Promise<RunningProgram> => {
  const started = runOn('/usr/bin/python3', [script, String(on), '3', ...registers])
  try {
    await vi.waitFor(() => expect(started.lines.join('\n')).toMatch(/^\d+$/), { timeout: 20_000 })
  } catch (error) {
    await started.stop()
    throw error
  }
  return started
}

beforeAll(async () => {
  catalogue = await loadCatalogue()
  server = await serve(0)
  port = Number(server.lines[0])
})
afterAll(() => server?.stop())

describe('a server that is not ours (pymodbus)', () => {
  it('is polled through the model of the SDM630, and again after it was restarted', async () => {
    const journal = new MemoryJournal()
    const directory = new ListedDevices([polled('meter', port, 3, 'eastron-sdm630')])
    const master = new BusMaster({ directory, catalogue, journal, log: silent, now: Date.now, settings: { firstBackOffMs: 100, longestBackOffMs: 500 } })
    const decoder = catalogue.model('eastron-sdm630')?.decoderFor('modbus')
    const readings = (): Record<string, unknown> =>
      Object.assign(
        {},
        ...journal.frames.flatMap(frame => {
          const decoded = decoder?.decode(frame.payload, frame)
          return decoded?.ok ? decoded.readings.map(reading => reading.values) : []
        }),
      )
    master.start()
    try {
      await vi.waitFor(() => expect(readings()).toMatchObject({ importEnergy: 4711.25, voltageL1: 231.25 }), { timeout: 20_000 })
      expect(readings()).toMatchObject({ voltageL2: 229.5, voltageL3: 230, currentL1: 12.5, activePower: 8.625, exportEnergy: 1.5 })
      expect(readings().frequency).toBeCloseTo(50.02, 4)
      await server?.stop()
      server = await serve(port)
      const before = journal.frames.length
      await vi.waitFor(() => expect(journal.frames.length).toBeGreaterThan(before), { timeout: 25_000 })
    } finally {
      await master.stop()
    }
  }, 60_000)

  it('answers for another unit with nothing or an exception, and neither stops the line', async () => {
    const journal = new MemoryJournal()
    const devices = [polled('meter', port, 3, 'eastron-sdm630'), polled('nobody', port, 9, 'eastron-sdm630')]
    const master = new BusMaster({ directory: new ListedDevices(devices), catalogue, journal, log: silent, now: Date.now, settings: { timeoutMs: 300 } })
    master.start()
    try {
      await vi.waitFor(() => expect(journal.of('meter').length).toBeGreaterThanOrEqual(2), { timeout: 20_000 })
      await vi.waitFor(() => expect(master.lines()[0]?.requests).toBeGreaterThanOrEqual(3), { timeout: 20_000 })
    } finally {
      await master.stop()
    }
  }, 60_000)
})
