import { InfluxDB, type IPoint } from 'influx'
import { loadCatalogue } from '../../devices/catalogue.ts'

const BATCH = 5_000
const LONGEST_WAIT_MS = 100

type Decode = (payload: Uint8Array) => Pick<IPoint, 'fields' | 'timestamp'>

/** What somebody writes who joins a broker to InfluxDB by hand: decodes each message, gathers points and hands them to `influx.writePoints` in batches. */
export class PointWriter {
  readonly #influx: InfluxDB
  readonly #decode: Decode
  readonly #done: () => void
  readonly #thresholds: number[]
  #written = 0
  #points: IPoint[] = []
  #writing = false

  private constructor(influx: InfluxDB, decode: Decode, thresholds: readonly number[], done: () => void) {
    this.#influx = influx
    this.#decode = decode
    this.#thresholds = [...thresholds]
    this.#done = done
    setInterval(() => this.#flush(), LONGEST_WAIT_MS)
  }

  /** `done` is called each time that one of these numbers of points is in the database. */
  static async open(url: string, database: string, thresholds: readonly number[], done: () => void): Promise<PointWriter> {
    const { hostname, port } = new URL(url)
    const influx = new InfluxDB({ host: hostname, port: Number(port), database })
    await influx.createDatabase(database)
    const decoder = (await loadCatalogue()).model('citygate-bus-unit')?.decoderFor('telemetry')
    if (!decoder) throw new Error('no decoder')
    const decode: Decode = payload => {
      const decoded = decoder.decode(payload, { receivedAt: Date.now() })
      const reading = decoded.ok ? decoded.readings[0] : undefined
      if (!reading) throw new Error('a payload that cannot be decoded')
      return { fields: { ...reading.values, ...reading.position }, timestamp: new Date(reading.at ?? 0) }
    }
    return new PointWriter(influx, decode, thresholds, done)
  }

  take(topic: string, payload: Uint8Array): void {
    const device = topic.split('/')[1] ?? ''
    this.#points.push({ measurement: 'bus', tags: { device, model: 'citygate-bus-unit', org: 'bench' }, ...this.#decode(payload) })
    if (this.#points.length >= BATCH) this.#flush()
  }

  #flush(): void {
    if (this.#writing || this.#points.length === 0) return
    this.#writing = true
    const batch = this.#points.splice(0, BATCH)
    this.#influx.writePoints(batch, { precision: 'ms' }).then(
      () => {
        this.#writing = false
        this.#written += batch.length
        if (this.#written >= (this.#thresholds[0] ?? Number.POSITIVE_INFINITY)) {
          this.#thresholds.shift()
          this.#done()
        }
        if (this.#points.length >= BATCH) this.#flush()
      },
      error => {
        console.error(error)
        process.exit(1)
      },
    )
  }
}
