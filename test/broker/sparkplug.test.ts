import { afterEach, describe, expect, it } from 'vitest'
import { openFrame } from '../../devices/protocols/sparkplug/kept-frame.ts'
import { DOUBLE, readPayload, writePayload } from '../../devices/protocols/sparkplug/payload.ts'
import { device, type Fixture, startBroker, until } from './fixture.ts'

const NODE = [device('node-1'), device('feeder-1', { behind: 'node-1' }), device('node-2')]
let broker: Fixture

afterEach(() => broker.close())

const birth = writePayload({ timestamp: 1000, seq: 0, metrics: [{ name: 'Voltage/L1', alias: '7', datatype: DOUBLE, value: 230 }] })
const data = (seq: number, alias = '7'): Buffer => Buffer.from(writePayload({ timestamp: 2000, seq, metrics: [{ alias, value: 231 }] }))

/** What the journal holds of a device, taken apart. */
function keptOf(id: string): { readonly channel: string; readonly type: string | undefined; readonly names: string[] }[] {
  return broker.journal.frames
    .filter(frame => frame.device === id)
    .map(({ channel, payload }) => {
      const frame = openFrame(payload)
      return { channel, type: frame?.type, names: [...(frame?.declared.values() ?? [])].map(({ name }) => name) }
    })
}

describe.each(['on', 'off'] as const)('Sparkplug with the lane %s', lane => {
  it('keeps what each message needs to be understood by itself, of the node and of the device behind it', async () => {
    broker = await startBroker({ lane, devices: NODE })
    const node = await broker.device('node-1')
    await node.publishAsync('spBv1.0/plant/NBIRTH/node-1', Buffer.from(birth), { qos: 1 })
    await node.publishAsync('spBv1.0/plant/NDATA/node-1', data(1), { qos: 1 })
    await node.publishAsync('spBv1.0/plant/DDATA/node-1/feeder-1', data(2), { qos: 1 })
    expect(keptOf('node-1')).toEqual([
      { channel: 'sparkplug', type: 'NBIRTH', names: [] },
      { channel: 'sparkplug', type: 'NDATA', names: ['Voltage/L1'] },
    ])
    expect(keptOf('feeder-1')).toEqual([{ channel: 'sparkplug', type: 'DDATA', names: ['Voltage/L1'] }])
    const last = openFrame(broker.journal.frames.at(-1)?.payload ?? new Uint8Array())
    expect(Buffer.from(last?.payload ?? [])).toEqual(data(2))
  })

  it('asks for a rebirth when a message is missing, an alias unknown or no birth came, and not again at once', async () => {
    let now = 1_000_000
    broker = await startBroker({ lane, devices: NODE, now: () => now })
    const node = await broker.device('node-1')
    const heard: string[] = []
    node.on('message', (topic, payload) =>
      heard.push(
        `${topic} ${readPayload(payload)
          ?.metrics.map(({ name, value }) => `${name}=${value}`)
          .join()}`,
      ),
    )
    await node.subscribeAsync('spBv1.0/plant/NCMD/node-1/#')
    await node.publishAsync('spBv1.0/plant/NDATA/node-1', data(5), { qos: 1 })
    const asked = 'spBv1.0/plant/NCMD/node-1 Node Control/Rebirth=true'
    await until(() => heard.length === 1)
    await node.publishAsync('spBv1.0/plant/NDATA/node-1', data(9), { qos: 1 })
    now += 11_000
    await node.publishAsync('spBv1.0/plant/NBIRTH/node-1', Buffer.from(birth), { qos: 1 })
    await node.publishAsync('spBv1.0/plant/NDATA/node-1', data(1), { qos: 1 })
    // Sent again, as after a reconnect: the same number is no gap.
    await node.publishAsync('spBv1.0/plant/NDATA/node-1', data(1), { qos: 1 })
    expect(heard).toEqual([asked])
    await node.publishAsync('spBv1.0/plant/NDATA/node-1', data(3), { qos: 1 })
    await until(() => heard.length === 2)
    now += 11_000
    await node.publishAsync('spBv1.0/plant/NDATA/node-1', data(4, '99'), { qos: 1 })
    await until(() => heard.length === 3)
    expect(heard).toEqual([asked, asked, asked])
  })

  it('closes the connection of a node that speaks for another, and hears no commands of others', async () => {
    broker = await startBroker({ lane, devices: NODE })
    const node = await broker.device('node-1')
    for (const filter of ['spBv1.0/plant/NCMD/node-2', 'spBv1.0/+/NCMD/+', 'spBv1.0/plant/NDATA/node-1', 'spBv1.0/#']) {
      await expect(node.subscribeAsync(filter), filter).rejects.toThrow()
    }
    expect(await node.subscribeAsync(['spBv1.0/+/NCMD/node-1', 'spBv1.0/STATE/host'])).toHaveLength(2)
    for (const topic of [
      'spBv1.0/plant/NDATA/node-2',
      'spBv1.0/plant/NCMD/node-1',
      'spBv1.0/plant/DDATA/node-2/feeder-1',
      'spBv1.0/plant/DDATA/node-1/node-2',
    ]) {
      const client = await broker.device('node-1', { clientId: 'node-1' })
      const closed = new Promise<void>(resolve => client.once('close', () => resolve()))
      client.publish(topic, data(1), { qos: 0 })
      await closed
    }
    expect(broker.journal.frames).toEqual([])
  })

  it('keeps the death of a node whose connection broke', async () => {
    broker = await startBroker({ lane, devices: NODE })
    const payload = Buffer.from(writePayload({ metrics: [{ name: 'bdSeq', value: 0 }] }))
    const node = await broker.device('node-1', { will: { topic: 'spBv1.0/plant/NDEATH/node-1', payload, qos: 1, retain: false } })
    await node.publishAsync('spBv1.0/plant/NBIRTH/node-1', Buffer.from(birth), { qos: 1 })
    node.stream.destroy()
    await until(() => keptOf('node-1').length === 2)
    expect(keptOf('node-1').at(-1)).toEqual({ channel: 'sparkplug', type: 'NDEATH', names: [] })
  })
})
