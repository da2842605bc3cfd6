/** InfluxDB's own ceiling: batches of line protocol made beforehand, two on their way at a time. Prints `ready`, waits for a line, writes, prints the rows a second. */
import { once } from 'node:events'
import { request } from 'undici'

const [url = '', database = '', rows = '0', series = '1'] = process.argv.slice(2)
const BATCH = 5_000
const AT_A_TIME = 2
await request(`${url}/query`, {
  method: 'POST',
  body: new URLSearchParams({ q: `CREATE DATABASE "${database}"` }).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
})
const from = Date.now() - 3_600_000
const batches: Buffer[] = []
for (let first = 0; first < Number(rows); first += BATCH) {
  const lines: string[] = []
  for (let row = first; row < Math.min(Number(rows), first + BATCH); row++) {
    const device = `bench-${String(row % Number(series)).padStart(9, '0')}`
    lines.push(
      `bus,device=${device},model=citygate-bus-unit,org=bench speed=32.5,heading=90,route="SYN-1",satellites=9i,doorOpen=false,lat=31.2304,lon=121.4737,received_at=${from + row}i ${from + row}000123`,
    )
  }
  batches.push(Buffer.from(lines.join('\n')))
}
console.log('ready')
await once(process.stdin, 'data')
const started = performance.now()
const write = async (): Promise<void> => {
  for (let batch = batches.shift(); batch; batch = batches.shift()) {
    const answer = await request(`${url}/write?db=${database}&precision=ns`, { method: 'POST', body: batch })
    await answer.body.dump()
    if (answer.statusCode !== 204) throw new Error(`InfluxDB answered ${answer.statusCode}`)
  }
}
await Promise.all(Array.from({ length: AT_A_TIME }, write))
console.log(Number(rows) / ((performance.now() - started) / 1000))
process.exit(0)
