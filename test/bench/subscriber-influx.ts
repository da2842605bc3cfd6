/** A subscriber on another broker that writes what it hears to InfluxDB with `influx.writePoints`. Prints `ready` once it is subscribed, then `done`. */
import { connectAsync } from 'mqtt'
import { PointWriter } from './influx-points.ts'

const [brokerPort = '', url = '', database = '', expected = '0'] = process.argv.slice(2)
const writer = await PointWriter.open(url, database, expected.split(',').map(Number), () => console.log('done'))
const client = await connectAsync({ host: '127.0.0.1', port: Number(brokerPort), protocol: 'mqtt' })
client.on('message', (topic, payload) => writer.take(topic, payload))
await client.subscribeAsync('up/#', { qos: 1 })
console.log('ready')
