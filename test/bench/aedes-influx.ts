/** Aedes as it comes, and its `publish` event written to InfluxDB with `influx.writePoints`: acknowledges first, stores later. Prints its port, then `done`. */
import { createServer } from 'node:net'
import { Aedes } from 'aedes'
import { PointWriter } from './influx-points.ts'

const [url = '', database = '', expected = '0'] = process.argv.slice(2)
const writer = await PointWriter.open(url, database, expected.split(',').map(Number), () => console.log('done'))
const broker = await Aedes.createBroker()
broker.on('publish', (packet, client) => {
  if (client) writer.take(packet.topic, Buffer.from(packet.payload))
})
const server = createServer({ noDelay: true }, socket => broker.handle(socket))
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  console.log(typeof address === 'object' ? address?.port : 0)
})
