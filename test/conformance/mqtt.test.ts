import { once } from 'node:events'
import { afterAll, expect, test } from 'vitest'
import { createWebSocketStream, WebSocket } from 'ws'
import { RawClient, startBroker } from '../broker/fixture.ts'
import { rows } from './mqtt-rows.ts'

/** MQTT 3.1.1 as the broker speaks it, with the telemetry lane and without it, over both transports. Prints the table; every cell is a check of its own. */
const columns = (['on', 'off'] as const).flatMap(lane => (['tcp', 'websocket'] as const).map(transport => ({ lane, transport })))
const cells = new Map<string, string>()

for (const row of rows) {
  for (const { lane, transport } of columns) {
    test(`${row.about}: ${row.rule} (${row.source}); lane ${lane}, ${transport}`, async () => {
      const key = `${rows.indexOf(row)} ${lane} ${transport}`
      cells.set(key, 'FAILS')
      const fixture = await startBroker({
        lane,
        greeter: {
          greet: async subscription => {
            await subscription.send('city/v1/pudong-bus/bus/bus-1/state', 'known')
          },
        },
      })
      try {
        const overWebSocket = async (): Promise<RawClient> => {
          const socket = new WebSocket(await fixture.webSocketUrl(), 'mqtt')
          await once(socket, 'open')
          const stream = createWebSocketStream(socket)
          // Of itself it stays open for writing after the other side has gone.
          return new RawClient(stream.on('end', () => stream.destroy()))
        }
        await row.check({ fixture, raw: transport === 'tcp' ? () => fixture.raw() : overWebSocket })
      } finally {
        await fixture.close()
      }
      cells.set(key, 'ok')
    })
  }
}

afterAll(() => {
  const lines = rows.map((row, index) => {
    const results = columns.map(({ lane, transport }) => (cells.get(`${index} ${lane} ${transport}`) ?? '–').padEnd(11))
    return `${row.about.padEnd(16)} ${row.source.padEnd(17)} ${results.join('')} ${row.rule}`
  })
  const head = `${'MQTT 3.1.1'.padEnd(16)} ${'paragraph'.padEnd(17)} ${columns.map(({ lane, transport }) => `${lane} ${transport === 'tcp' ? 'TCP' : 'WS'}`.padEnd(11)).join('')} what the broker does`
  console.log([head, ...lines].join('\n'))
  expect(cells.size).toBe(rows.length * columns.length)
})
