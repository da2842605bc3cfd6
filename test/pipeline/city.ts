import type { Decoder } from '../../gateway/model/decoded.ts'
import type { Catalogue, Device, DeviceDirectory, Model, ModelEntry } from '../../gateway/model/device.ts'
import type { Kind } from '../../gateway/model/kind.ts'
import type { Reading } from '../../gateway/model/reading.ts'
import type { Sink } from '../../gateway/model/sink.ts'

/** A kind with one field of each type: the smallest thing that readings can be of. */
export const probe: Kind = {
  id: 'probe',
  title: { en: 'Probe', zh: '探头' },
  moves: true,
  staleAfterSeconds: 60,
  fields: {
    level: { range: [0, 100], title: { en: 'Level', zh: '液位' } },
    open: { type: 'boolean', title: { en: 'Open', zh: '开' } },
    note: { type: 'string', title: { en: 'Note', zh: '备注' } },
  },
}

/** A test protocol: JSON `[{ at, values, position }]`; the text `boom` makes it throw, which decoders must never do. */
const decoder: Decoder = {
  decode(payload) {
    const text = Buffer.from(payload).toString()
    if (text === 'boom') throw new Error('boom')
    try {
      return { ok: true, readings: JSON.parse(text) }
    } catch {
      return { ok: false, reason: 'MALFORMED', detail: 'not JSON' }
    }
  },
}

const model: Model = { id: 'probe-1', maker: 'test', title: probe.title, kind: 'probe', protocol: 'test', source: 'test', verified: 'test', mapping: {} }
const entry: ModelEntry = { model, kind: probe, decoderFor: channel => (channel === 'test' ? decoder : undefined) }

export const catalogue: Catalogue = {
  kind: id => (id === probe.id ? probe : undefined),
  kinds: () => [probe],
  model: id => (id === model.id ? entry : undefined),
  models: () => [entry],
}

/** A fixed list of devices (a mock of the registry). */
export function directoryOf(devices: readonly Device[]): DeviceDirectory {
  const byId = new Map(devices.map(device => [device.id, device]))
  return { get: id => byId.get(id), all: () => byId.values(), size: byId.size, version: 1, onChange: () => () => undefined }
}

/** Keeps readings by the key stores use, so that taking twice leaves one. Fails when told to. */
export class MemorySink implements Sink {
  readonly name: string
  readonly points = new Map<string, Reading>()
  taken = 0
  flushed = 0
  fail: Error | undefined

  constructor(name: string) {
    this.name = name
  }

  async take(batch: readonly Reading[]): Promise<void> {
    if (this.fail) throw this.fail
    for (const reading of batch) this.points.set(`${reading.device} ${reading.at} ${reading.sub}`, reading)
    this.taken += batch.length
  }

  async flush(): Promise<void> {
    this.flushed++
  }
}
