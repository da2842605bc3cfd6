import { rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Influxd, startInfluxd } from '../support/influxd.ts'
import type { Line, Round } from './figures.ts'
import { gatewayFor, SECRET } from './gateway-contender.ts'
import type { Load } from './generator.ts'
import { generate, generateBeside, onAllCores, script, startSilent, startTaking, usage } from './processes.ts'

type Lines = readonly (readonly [Line, readonly Round[]])[]

/** 200 connections that speak for 10,000 devices: as many series. */
const common = { connections: 200, devicesEach: 50, prefix: 'bench-', inFlight: 20 }
const SERIES = common.connections * common.devicesEach
/** Devices of a city that report once a second. */
const LIVE_PER_SECOND = 10_000

/** Rows a second from the socket to InfluxDB, beside what InfluxDB takes at most and beside what others put together by hand. InfluxDB may use both cores. */
export async function storing(effort: { readonly rounds: number; readonly rows: number }): Promise<Lines> {
  const influxd = await onAllCores(startInfluxd)
  const ceiling: Round[] = []
  const aedes: Round[] = []
  const mosquitto: Round[] = []
  const cpu: Round[] = []
  try {
    for (let round = 0; round < effort.rounds; round++) {
      const most = await inDatabase(influxd, effort.rows, database => prepared(influxd, database, effort.rows))
      const ours = await inDatabase(influxd, effort.rows + WARM_UP_ROWS, database => citygate(influxd, database, effort.rows))
      const besideAedes = await inDatabase(influxd, effort.rows + WARM_UP_ROWS, database => aedesAndInflux(influxd, database, effort.rows))
      const besideMosquitto = await inDatabase(influxd, effort.rows + WARM_UP_ROWS, database => mosquittoAndSubscriber(influxd, database, effort.rows))
      ceiling.push({ figure: ours.perSecond, reference: most })
      aedes.push({ figure: ours.perSecond, reference: besideAedes })
      mosquitto.push({ figure: ours.perSecond, reference: besideMosquitto })
      cpu.push({ figure: ours.cpuUs })
    }
  } finally {
    await influxd.stop()
  }
  const line = (id: string, what: string, reference: string, least: number): Line => ({ id, what, unit: 'rows/s', reference, aim: { of: 'ratio', least } })
  return [
    [line('influx', `stored in InfluxDB, ${SERIES.toLocaleString('en')} series`, 'prepared batches', 0.8), ceiling],
    [line('rows-aedes', 'stored in InfluxDB, end to end', 'Aedes + influx.writePoints', 2), aedes],
    [line('rows-mosquitto', 'stored in InfluxDB, end to end', 'mosquitto + subscriber', 2), mosquitto],
    [{ id: 'row-cpu', what: 'gateway CPU a row, 20 in flight', unit: 'µs', aim: { of: 'figure', most: 7 } }, cpu],
  ]
}

/** After InfluxDB was away: how fast the journal is replayed while the devices go on sending. */
export async function catchUp(effort: { readonly rounds: number; readonly rows: number }): Promise<Lines> {
  const influxd = await onAllCores(startInfluxd)
  const rounds: Round[] = []
  try {
    for (let round = 0; round < effort.rounds; round++) {
      rounds.push({ figure: await inDatabase(influxd, undefined, database => afterOutage(influxd, database, effort.rows)), reference: LIVE_PER_SECOND })
    }
  } finally {
    await influxd.stop()
  }
  const what = 'catch-up from the journal, the live load going on'
  return [[{ id: 'catch-up', what, unit: 'rows/s', reference: 'live rate', aim: { of: 'ratio', least: 5 } }, rounds]]
}

let databases = 0

/** Runs on a database of its own and looks afterwards that every row is there. */
async function inDatabase<T>(influxd: Influxd, rows: number | undefined, run: (database: string) => Promise<T>): Promise<T> {
  const database = `bench${databases++}`
  const result = await run(database)
  const counted = rows === undefined ? 0 : await count(influxd, database)
  if (rows !== undefined && counted !== rows) throw new Error(`${counted} rows of ${rows} are in InfluxDB`)
  await query(influxd, { q: `DROP DATABASE "${database}"` })
  return result
}

async function prepared(influxd: Influxd, database: string, rows: number): Promise<number> {
  const writer = await startTaking(script('prepared-batches.ts', influxd.url, database, String(rows), String(SERIES)))
  writer.tell('go')
  const perSecond = Number(await writer.nextLine())
  await writer.kill()
  return perSecond
}

async function citygate(influxd: Influxd, database: string, rows: number): Promise<{ readonly perSecond: number; readonly cpuUs: number }> {
  const gateway = await gatewayFor(common, toInflux(influxd.url, database))
  try {
    const send = { ...common, port: gateway.mqttPort, secret: SECRET }
    await generate({ ...send, messages: WARM_UP_ROWS })
    await gateway.drained()
    let cpuBefore = 0
    const seconds = await timed(
      { ...send, messages: rows },
      () => gateway.drained(),
      () => {
        cpuBefore = usage(gateway.pid).cpuSeconds
      },
    )
    return { perSecond: rows / seconds, cpuUs: ((usage(gateway.pid).cpuSeconds - cpuBefore) / rows) * 1e6 }
  } finally {
    await gateway.drop()
  }
}

async function aedesAndInflux(influxd: Influxd, database: string, rows: number): Promise<number> {
  const program = await startTaking(script('aedes-influx.ts', influxd.url, database, `${WARM_UP_ROWS},${WARM_UP_ROWS + rows}`))
  try {
    const send = { ...common, port: Number(program.firstLine) }
    await generate({ ...send, messages: WARM_UP_ROWS })
    await program.nextLine()
    return rows / (await timed({ ...send, messages: rows }, () => program.nextLine()))
  } finally {
    await program.kill()
  }
}

async function mosquittoAndSubscriber(influxd: Influxd, database: string, rows: number): Promise<number> {
  const port = await freePort()
  const configuration = join(tmpdir(), `citygate-bench-${port}.conf`)
  // Nothing dropped, nothing on disk: what it does best.
  await writeFile(
    configuration,
    `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 0\npersistence false\nset_tcp_nodelay true\n`,
  )
  const broker = startSilent(['mosquitto', '-c', configuration])
  try {
    await reachable(port)
    const subscriber = await startTaking(script('subscriber-influx.ts', String(port), influxd.url, database, `${WARM_UP_ROWS},${WARM_UP_ROWS + rows}`))
    try {
      await generate({ ...common, port, messages: WARM_UP_ROWS })
      await subscriber.nextLine()
      return rows / (await timed({ ...common, port, messages: rows }, () => subscriber.nextLine()))
    } finally {
      await subscriber.kill()
    }
  } finally {
    await broker.kill()
    await rm(configuration)
  }
}

async function afterOutage(influxd: Influxd, database: string, rows: number): Promise<number> {
  const gate = new Gate(Number(new URL(influxd.url).port))
  const port = await gate.open()
  const gateway = await gatewayFor(common, toInflux(`http://127.0.0.1:${port}`, database))
  try {
    const send = { ...common, port: gateway.mqttPort, secret: SECRET }
    await generate({ ...send, messages: WARM_UP_ROWS })
    await gateway.drained()
    gate.shut()
    await generate({ ...send, messages: rows })
    const end = await generateBeside({ ...send, perSecond: LIVE_PER_SECOND, seconds: 600 })
    await gate.open(port)
    const stored = async (): Promise<number> => (await gateway.account()).stored
    const before = await stored()
    while ((await stored()) < before + 5_000) await pause(20)
    const [from, began] = [await stored(), performance.now()]
    let now = from
    while (now < before + rows) {
      await pause(20)
      now = await stored()
    }
    const perSecond = (now - from) / ((performance.now() - began) / 1000)
    await end()
    return perSecond
  } finally {
    await gateway.drop()
    gate.shut()
  }
}

const WARM_UP_ROWS = 30_000

function toInflux(url: string, database: string): string[] {
  return ['--series', 'influx', '--influx-url', url, '--influx-db', database, '--journal-budget-bytes', '4GB']
}

/** Seconds from the first message until `stored` has resolved. */
async function timed(load: Load, stored: () => Promise<unknown>, measuring: () => void = () => undefined): Promise<number> {
  let started = 0
  await generate(load, () => {
    measuring()
    started = performance.now()
  })
  await stored()
  return (performance.now() - started) / 1000
}

async function count(influxd: Influxd, database: string): Promise<number> {
  const answer = await query(influxd, { db: database, q: 'SELECT count(lat) FROM (SELECT lat FROM /.*/)' })
  return Number(/\[\s*"[^"]+",\s*(\d+)\s*\]/.exec(answer)?.[1] ?? 0)
}

async function query(influxd: Influxd, parameters: Readonly<Record<string, string>>): Promise<string> {
  const answer = await fetch(`${influxd.url}/query`, { method: 'POST', body: new URLSearchParams(parameters) })
  const text = await answer.text()
  if (!answer.ok || text.includes('"error"')) throw new Error(`InfluxDB: ${text}`)
  return text
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

async function reachable(port: number): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const socket = connect(port, '127.0.0.1')
    const answer = await new Promise<boolean>(resolve => socket.once('connect', () => resolve(true)).once('error', () => resolve(false)))
    socket.destroy()
    if (answer) return
    if (attempt > 200) throw new Error('mosquitto did not start; install it: apt-get install mosquitto')
    await pause(25)
  }
}

/** A way to a server that can be shut and opened again. */
class Gate {
  readonly #target: number
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined

  constructor(target: number) {
    this.#target = target
  }

  async open(port = 0): Promise<number> {
    const server = createServer(near => {
      const far = connect(this.#target, '127.0.0.1')
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one)
        one
          .on('error', () => undefined)
          .on('close', () => {
            other.destroy()
            this.#sockets.delete(one)
          })
      }
      near.pipe(far)
      far.pipe(near)
    })
    await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
    this.#server = server
    const address = server.address()
    return typeof address === 'object' ? (address?.port ?? 0) : 0
  }

  shut(): void {
    this.#server?.close()
    for (const socket of this.#sockets) socket.destroy()
  }
}
