import { afterEach, expect, test, vi } from 'vitest'
import { electricityMeter } from '../../../devices/kinds/electricity-meter.ts'
import { compileModbus } from '../../../devices/protocols/modbus/decode.ts'
import { BusMaster } from '../../../gateway/links/bus/bus-master.ts'
import { lineDefaults } from '../../../gateway/links/bus/line-settings.ts'
import type { Model } from '../../../gateway/model/device.ts'
import { ListedDevices, polled, quickCatalogue, quickModel, silent } from '../fixtures.ts'
import { MemoryJournal } from '../memory-journal.ts'
import { rightAnswer, type Script, ScriptedServer } from '../scripted-server.ts'

/** A ratio far from the value: it takes a request of its own. */
const model: Model = {
  ...quickModel,
  mapping: { read: { function: 3, every: '100ms' }, points: [{ field: 'importEnergy', address: 0, type: 'u32', times: [{ address: 901, type: 'u16' }] }] },
}
const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const done of cleanUp.splice(0).reverse()) await done()
})

async function polling(script: Script): Promise<MemoryJournal> {
  const server = new ScriptedServer(script)
  const port = await server.listen()
  const journal = new MemoryJournal()
  const catalogue = { ...quickCatalogue, model: () => ({ model, kind: electricityMeter, decoderFor: () => undefined }) }
  const settings = { ...lineDefaults, timeoutMs: 120 }
  const master = new BusMaster({ directory: new ListedDevices([polled('meter-1', port, 1)]), catalogue, journal, log: silent, now: Date.now, settings })
  master.start()
  cleanUp.push(
    () => server.close(),
    () => master.stop(),
  )
  await vi.waitFor(() => expect(journal.frames.length).toBeGreaterThan(1), { timeout: 8000, interval: 10 })
  return journal
}

test('what a value is multiplied by is asked right after it and stands in the same frame', async () => {
  const journal = await polling((request, reply) => reply(rightAnswer(request)))
  const payload = journal.frames[0]?.payload ?? new Uint8Array()
  expect(payload).toHaveLength(8 + 9 + 8 + 7)
  expect(payload.subarray(17, 23)).toEqual(Uint8Array.of(1, 3, 901 >> 8, 901 & 255, 0, 1))
  const decoded = compileModbus(model, electricityMeter).decode(payload, { receivedAt: 0 })
  const word = (at: number): number => ((payload[at] ?? 0) << 8) | (payload[at + 1] ?? 0)
  expect(decoded).toEqual({ ok: true, readings: [{ values: { importEnergy: (word(11) * 65_536 + word(13)) * word(28) } }] })
})

test('when that is not answered, the frame says what was', async () => {
  const journal = await polling((request, reply) => (request.address === 901 ? undefined : reply(rightAnswer(request))))
  expect(journal.frames[0]?.payload).toHaveLength(8 + 9)
})
