import { expect, it } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { keepFrame } from '../../devices/protocols/sparkplug/kept-frame.ts'
import { writePayload } from '../../devices/protocols/sparkplug/payload.ts'
import type { MessageType } from '../../devices/protocols/sparkplug/topic.ts'
import type { Device } from '../../gateway/model/device.ts'
import type { Presence } from '../../gateway/model/presence.ts'
import { clockRules } from '../../gateway/pipeline/clock-rules.ts'
import { FrameDecoder } from '../../gateway/pipeline/frame-decoder.ts'
import { directoryOf } from './city.ts'

const MODEL = 'sparkplug-energy-node'
const NOON = Date.UTC(2026, 4, 1, 12)
const devices: Device[] = [
  { id: 'node', org: 'grid', model: MODEL },
  { id: 'feeder-1', org: 'grid', model: MODEL, behind: 'node' },
  { id: 'feeder-2', org: 'grid', model: MODEL, behind: 'node' },
  // Behind the same box, and spoken for on another channel: its death says nothing of it.
  { id: 'bus', org: 'grid', model: 'citygate-bus-unit', behind: 'node' },
  { id: 'elsewhere', org: 'grid', model: MODEL, behind: 'other' },
]

it('the death of a node is told of all Sparkplug devices behind it, that of a device of it alone', async () => {
  const decoder = new FrameDecoder({ directory: directoryOf(devices), catalogue: await loadCatalogue(), clock: clockRules(400) })
  let offset = 0
  const told = (device: string, type: MessageType, bdSeq?: number): string[] => {
    const metrics = bdSeq === undefined ? [] : [{ name: 'bdSeq', datatype: 4, value: bdSeq }]
    const payload = keepFrame(type, new Map(), writePayload({ timestamp: NOON, metrics, seq: 0 }))
    const { verdict, presences = [] } = decoder.outcome({ device, channel: 'sparkplug', receivedAt: NOON, payload, offset: ++offset })
    expect(verdict).toBe(type.endsWith('DATA') ? 'rejected' : 'stored')
    return presences.map(({ device: of, state, session, origin }: Presence) => `${of} ${state} ${session} ${origin}`)
  }
  expect(told('node', 'NBIRTH', 3)).toEqual(['node alive 3 1', 'feeder-1 begun 3 1', 'feeder-2 begun 3 1'])
  expect(told('feeder-1', 'DBIRTH')).toEqual(['feeder-1 alive undefined 2'])
  expect(told('feeder-1', 'DDEATH')).toEqual(['feeder-1 gone undefined 3'])
  expect(told('node', 'NDEATH', 3)).toEqual(['node gone 3 4', 'feeder-1 gone 3 4', 'feeder-2 gone 3 4'])
  expect(told('node', 'NDATA')).toEqual([])
})
