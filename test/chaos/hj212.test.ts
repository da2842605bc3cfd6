import { rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { encodePacket } from '../../devices/protocols/hj212/encode.ts'
import { nextPiece } from '../../devices/protocols/hj212/frame.ts'
import { readPacket, standardDialect } from '../../devices/protocols/hj212/packet.ts'
import { qnText, timeText } from '../../devices/protocols/hj212/times.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { gatewayAccountProblems } from '../support/account.ts'
import { dataFolder, type GatewayProcess, startGateway } from '../support/gateway.ts'
import { MemoryLog } from '../support/log.ts'
import { tester } from '../support/tester.ts'
import { chance, freePort, much, say } from './chaos.ts'

const STATIONS = 24
/** Messages without an answer that a station has at most. */
const IN_FLIGHT = 8

let data: string
let stations: StrictStation[] = []
let gateway: GatewayProcess | undefined

afterEach(async () => {
  for (const station of stations) station.stop()
  await gateway?.stop()
  await rm(data, { recursive: true, force: true })
})

/** A station over a plain socket that remembers which readings were answered, and sends again, after each reconnect, what was not. */
class StrictStation {
  readonly id: string
  readonly acknowledged = new Set<number>()
  sentAgain = 0
  strayAnswers = 0
  readonly #mn: string
  readonly #waiting = new Map<string, { readonly at: number; readonly bytes: Buffer }>()
  #next: number
  #port = 0
  #socket: Socket | undefined
  #rest: Buffer = Buffer.alloc(0)
  #sending = true
  #timer: NodeJS.Timeout | undefined

  constructor(number: number, from: number) {
    this.id = `site-${number}`
    this.#mn = `CHAOS${number}`
    this.#next = from
  }

  get device() {
    return { id: this.id, org: 'chaos', model: 'hj212-worksite-dust', link: { url: `hj212://${this.#mn}` } }
  }

  get inFlight(): number {
    return this.#waiting.size
  }

  start(port: number): void {
    this.#port = port
    this.#dial()
  }

  hold(): void {
    this.#sending = false
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#socket?.removeAllListeners('close').destroy()
  }

  #dial(): void {
    const socket = connect({ host: '127.0.0.1', port: this.#port, noDelay: true })
    this.#socket = socket
    this.#rest = Buffer.alloc(0)
    socket.on('connect', () => {
      this.sentAgain += this.#waiting.size
      for (const { bytes } of this.#waiting.values()) socket.write(bytes)
      this.#fill()
    })
    socket.on('data', chunk => this.#take(chunk))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#timer = setTimeout(() => this.#dial(), 100)
    })
  }

  /** One reading for each second of its clock; every tenth message is split over two packets. */
  #fill(): void {
    while (this.#sending && this.#waiting.size < IN_FLIGHT) {
      const at = this.#next
      this.#next += 1000
      const qn = qnText(at)
      const time = `DataTime=${timeText(at)}`
      const head = { qn, st: '39', cn: '2011', pw: '123456', mn: this.#mn, flag: 5 }
      const whole = [encodePacket({ ...head, cp: `${time};a34002-Rtd=${(at / 1000) % 500},a34002-Flag=N;LA-Rtd=61.5,LA-Flag=N` })]
      const split = [`a34002-Rtd=${(at / 1000) % 500},a34002-Flag=N`, 'LA-Rtd=61.5,LA-Flag=N'].map((group, index) =>
        encodePacket({ ...head, flag: 6 + (index === 1 ? 1 : 0), pnum: 2, pno: index + 1, cp: `${time};${group}` }),
      )
      const bytes = Buffer.concat((at / 1000) % 10 === 0 ? split : whole)
      this.#waiting.set(qn, { at, bytes })
      this.#socket?.write(bytes)
    }
  }

  #take(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk])
    for (;;) {
      const piece = nextPiece(this.#rest, 0)
      if (piece.type === 'wait') break
      const packet = readPacket(this.#rest, piece.from, piece.to, standardDialect)
      this.#rest = this.#rest.subarray(piece.to)
      if ('ok' in packet || packet.cn !== '9014') continue
      const waiting = this.#waiting.get(packet.qn ?? '')
      if (waiting) this.acknowledged.add(waiting.at)
      else this.strayAnswers++
      this.#waiting.delete(packet.qn ?? '')
    }
    this.#fill()
  }
}

function storedTimes(): ReadonlyMap<string, readonly number[]> {
  const db = new DatabaseSync(join(data, 'series.db'), { readOnly: true, timeout: 5_000 })
  try {
    const times = new Map<string, number[]>()
    for (const row of db.prepare('SELECT device.name AS name, at FROM reading_worksite JOIN device ON device.id = reading_worksite.device').iterate()) {
      const name = String(row.name)
      const list = times.get(name) ?? []
      times.set(name, list)
      list.push(Number(row.at))
    }
    return times
  } finally {
    db.close()
  }
}

describe('kill -9 under HJ 212 stations', () => {
  it('loses nothing that was answered and doubles nothing', async () => {
    const random = chance('hj212 kill -9')
    data = await dataFolder()
    const from = Math.floor(Date.now() / 1000) * 1000 - 20 * 3_600_000
    stations = Array.from({ length: STATIONS }, (_, number) => new StrictStation(number, from))
    const registry = new Registry({ file: join(data, 'registry.db'), log: new MemoryLog(), now: Date.now })
    await registry.start()
    await registry.as(tester).addDevices(stations.map(({ device }) => ({ device, secret: 'a-secret-that-is-not-used' })))
    await registry.stop()
    const port = await freePort()
    const command = ['serve', '--http', '0', '--mqtt', '0', '--hj212', String(port)]
    const answered = (): number => stations.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0)
    for (const station of stations) station.start(port)
    const rounds = much(3, 12)
    for (let round = 0; round < rounds; round++) {
      const before = answered()
      gateway = await startGateway({ data, command })
      await expect.poll(() => answered() - before, { timeout: 20_000 }).toBeGreaterThan(500)
      await pause(random.integer(0, 400))
      await gateway.kill('SIGKILL')
    }
    gateway = await startGateway({ data, command })
    const running = gateway
    const before = answered()
    await expect.poll(() => answered() - before, { timeout: 20_000 }).toBeGreaterThan(500)
    const metrics = await (await fetch(`${running.http}/metrics`)).text()
    expect(metrics).toMatch(new RegExp(`^citygate_hj212_stations ${STATIONS}$`, 'm'))
    expect(metrics).toMatch(/^citygate_hj212_port_connections \d+$/m)
    for (const station of stations) station.hold()
    await expect.poll(() => stations.reduce((sum, { inFlight }) => sum + inFlight, 0), { timeout: 20_000 }).toBe(0)
    await expect.poll(async () => (await running.get<{ pending: number }>('/account')).pending, { timeout: 30_000 }).toBe(0)
    await expect.poll(() => gatewayAccountProblems(running), { timeout: 10_000 }).toEqual([])

    const account = await running.get<{ received: number; stored: number; duplicate: number; rejected: number }>('/account')
    const times = storedTimes()
    let missing = 0
    let rows = 0
    for (const station of stations) {
      const all = times.get(station.id) ?? []
      const unique = new Set(all)
      rows += all.length
      expect(all.length - unique.size, `readings of ${station.id} stored twice`).toBe(0)
      for (const at of station.acknowledged) if (!unique.has(at)) missing++
      expect(station.strayAnswers, `answers that ${station.id} did not wait for`).toBe(0)
    }
    const sentAgain = stations.reduce((sum, station) => sum + station.sentAgain, 0)
    say(
      `hj212 kill -9: ${rounds} kills; ${answered()} answered, ${rows} stored, ${missing} missing, 0 doubled; ${sentAgain} sent again; account ${account.received} = ${account.stored} stored + ${account.duplicate} duplicate + ${account.rejected} rejected`,
    )
    expect(missing, 'answered and not stored').toBe(0)
    expect(account.rejected).toBe(0)
  }, 180_000)
})
