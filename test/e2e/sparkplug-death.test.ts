import { rm } from 'node:fs/promises'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { DOUBLE, INT64, type Metric, writePayload } from '../../devices/protocols/sparkplug/payload.ts'
import { decodeTile } from '../live/decode-tile.ts'
import { dataFolder, type GatewayProcess, startGateway } from '../support/gateway.ts'

const SECRET = 'a-secret-of-the-plant'
const WAIT = { timeout: 20_000, interval: 50 }

let data: string
let gateway: GatewayProcess
const clients: MqttClient[] = []

beforeEach(async () => {
  data = await dataFolder()
  gateway = await startGateway({ data })
})

afterEach(async () => {
  for (const client of clients.splice(0)) client.stream.destroy()
  await gateway?.stop()
  await rm(data, { recursive: true, force: true })
})

async function connect(username: string, password: string, will?: { topic: string; payload: Buffer; qos: 1; retain: false }): Promise<MqttClient> {
  const url = `mqtt://127.0.0.1:${gateway.mqttPort}`
  const client = await connectAsync(url, { username, password, reconnectPeriod: 0, ...(will && { will }) })
  client.on('error', () => undefined)
  clients.push(client)
  return client
}

function payload(metrics: readonly Metric[], seq?: number): Buffer {
  return Buffer.from(writePayload({ timestamp: Date.now(), metrics, ...(seq !== undefined && { seq }) }))
}

const bdSeq = (value: number): Metric => ({ name: 'bdSeq', datatype: INT64, value })
const voltage = (value: number): Metric => ({ name: 'Voltage/L1', datatype: DOUBLE, value })

/** An edge node with its will, born together with the feeder behind it. */
async function born(session: number): Promise<MqttClient> {
  const will = { topic: 'spBv1.0/plant/NDEATH/node-1', payload: payload([bdSeq(session)]), qos: 1, retain: false } as const
  const node = await connect('node-1', SECRET, will)
  await node.publishAsync('spBv1.0/plant/NBIRTH/node-1', payload([bdSeq(session), voltage(230)], 0), { qos: 1 })
  await node.publishAsync('spBv1.0/plant/DBIRTH/node-1/feeder-1', payload([voltage(231)], 1), { qos: 1 })
  return node
}

interface Latest {
  readonly state: string
  readonly staleSince?: string
}

const shown = (device: string, latest: object): Promise<void> =>
  vi.waitFor(async () => expect(await gateway.get<Latest>(`/devices/${device}/latest`)).toMatchObject(latest), WAIT)

it('the death of a node makes it and what is behind it stale at once: in the API, on the topics and on the map, over a crash, until they are born again', async () => {
  const place = ['--lat', '31.2397', '--lon', '121.4998']
  const words = ['--model', 'sparkplug-energy-node', '--org', 'grid', ...place]
  expect(await gateway.citygate('device', 'add', '--id', 'node-1', '--secret', SECRET, ...words)).toMatchObject({ code: 0 })
  expect(await gateway.citygate('device', 'add', '--id', 'feeder-1', '--behind', 'node-1', ...words)).toMatchObject({ code: 0 })
  await vi.waitFor(() => gateway.get('/devices/feeder-1'), WAIT)
  const { token } = JSON.parse((await gateway.citygate('token', 'add', '--org', 'grid', '--json')).stdout) as { token: string }
  const watcher = await connect('token', token)
  const states: (string | undefined)[] = []
  const marks: boolean[] = []
  watcher.on('message', (topic, bytes) => {
    if (topic.startsWith('live/')) marks.push(...decodeTile(bytes).marks.flatMap(mark => (mark.device === 'feeder-1' ? mark.stale : [])))
    else states.push((JSON.parse(bytes.toString()) as Latest).staleSince)
  })
  await watcher.subscribeAsync(['city/v1/grid/+/feeder-1/state', 'live/v1/grid/#'])

  // What was born is fresh; a broken connection is the death of both.
  const first = await born(0)
  await shown('feeder-1', { state: 'ok' })
  await vi.waitFor(() => expect([states.at(-1), marks.at(-1)]).toEqual([undefined, false]), WAIT)
  first.stream.destroy()
  await shown('feeder-1', { state: 'stale', staleSince: expect.any(String) })
  await shown('node-1', { state: 'stale' })
  await vi.waitFor(() => expect([typeof states.at(-1), marks.at(-1)]).toEqual(['string', true]), WAIT)

  await gateway.kill('SIGKILL')
  gateway = await startGateway({ data })
  await shown('feeder-1', { state: 'stale' })

  // The node is born anew, its feeder is not yet heard of; then it is, and an older death that comes late changes nothing.
  const second = await born(1)
  await shown('feeder-1', { state: 'ok' })
  await second.publishAsync('spBv1.0/plant/NDEATH/node-1', payload([bdSeq(0)]), { qos: 1 })
  await second.publishAsync('spBv1.0/plant/DDATA/node-1/feeder-1', payload([voltage(219)], 2), { qos: 1 })
  await shown('feeder-1', { state: 'ok', values: { voltageL1: { value: 219 } } })
  await shown('node-1', { state: 'ok' })

  // One device dies alone, and new data bring it back.
  await second.publishAsync('spBv1.0/plant/DDEATH/node-1/feeder-1', payload([], 3), { qos: 1 })
  await shown('feeder-1', { state: 'stale' })
  await shown('node-1', { state: 'ok' })
  await second.publishAsync('spBv1.0/plant/DDATA/node-1/feeder-1', payload([voltage(220)], 4), { qos: 1 })
  await shown('feeder-1', { state: 'ok' })
}, 120_000)
