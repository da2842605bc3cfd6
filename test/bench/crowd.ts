/** Connects many devices at one time, and prints one line: how long the last CONNACK took, the median, and how many were refused. Its words: port, devices, prefix, secret (`-`: none). */
import { connect, type Socket } from 'node:net'
import { speakerOf } from './generator.ts'
import { connectBytes } from './packets.ts'

const [port = '', devices = '', prefix = '', secret = '-'] = process.argv.slice(2)
const count = Number(devices)
const load = { prefix, devicesEach: 1 }
const connects = Array.from({ length: count }, (_, n) => connectBytes(speakerOf(load, n).name, secret === '-' ? undefined : secret))
const sockets: Socket[] = []
const took: number[] = []
let refused = 0

console.log('ready')
await new Promise(resolve => process.stdin.once('data', resolve))
const start = performance.now()
for (const bytes of connects) {
  const socket = connect({ host: '127.0.0.1', port: Number(port), noDelay: true })
  sockets.push(socket)
  socket.on('error', error => {
    throw error
  })
  socket.write(bytes)
  socket.once('data', answer => {
    // MQTT 3.1.1 § 3.2: the fourth byte is the return code.
    if (answer[3] !== 0) refused++
    took.push(performance.now() - start)
    if (took.length === count) console.log(JSON.stringify({ lastMs: took.at(-1), medianMs: took[took.length >> 1], refused }))
  })
}
