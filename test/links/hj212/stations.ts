import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { loadCatalogue } from '../../../devices/catalogue.ts'
import { type Draft, encodePacket } from '../../../devices/protocols/hj212/encode.ts'
import { nextPiece } from '../../../devices/protocols/hj212/frame.ts'
import { type Packet, readPacket, standardDialect } from '../../../devices/protocols/hj212/packet.ts'
import { timeText } from '../../../devices/protocols/hj212/times.ts'
import { Hj212Link, type Hj212LinkOptions, type Hj212Settings } from '../../../gateway/links/hj212/hj212-link.ts'
import { defaultPortLimits, TcpPort } from '../../../gateway/links/tcp-port.ts'
import type { Device } from '../../../gateway/model/device.ts'
import { MemoryLog } from '../../support/log.ts'
import { ListedDevices } from '../fixtures.ts'
import { MemoryJournal } from '../memory-journal.ts'

export const catalogue = await loadCatalogue({})
/** A time that is a whole minute. */
export const T0 = Date.UTC(2026, 7, 1, 2, 0)
export const PASSWORD = 'pw-9f8e'

export function station(id: string, mn: string, model = 'hj212-worksite-dust'): Device {
  return { id, org: 'test', model, link: { url: `hj212://${mn}` } }
}

/** A link on a real port, with a journal and a directory that the test holds. */
export class LinkUnderTest {
  readonly journal = new MemoryJournal()
  readonly directory: ListedDevices
  readonly log = new MemoryLog()
  readonly link: Hj212Link
  readonly port: TcpPort
  readonly #stations: SpokenStation[] = []

  constructor(devices: readonly Device[], settings: Partial<Hj212Settings> = {}, newest?: Hj212LinkOptions['newest']) {
    const { journal, log } = this
    this.directory = new ListedDevices(devices)
    const more = { settings: { holdPartsMs: 30, answerMs: 300, ...settings }, ...(newest && { newest }) }
    this.link = new Hj212Link({ directory: this.directory, catalogue, journal, log, now: Date.now, ...more })
    this.port = new TcpPort({ name: 'hj212', host: '127.0.0.1', port: 0, limits: defaultPortLimits, dialIn: this.link, log })
  }

  async dial(mn: string): Promise<SpokenStation> {
    const socket = connect({ host: '127.0.0.1', port: this.port.port ?? 0, noDelay: true })
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    const spoken = new SpokenStation(socket, mn)
    this.#stations.push(spoken)
    return spoken
  }

  async stop(): Promise<void> {
    for (const { socket } of this.#stations) socket.destroy()
    await this.port.stop()
    this.link.stop()
  }
}

/** A station whose words the test puts into its mouth. */
export class SpokenStation {
  readonly socket: Socket
  readonly mn: string
  /** Packets from the platform, in order. */
  readonly heard: Packet[] = []
  closed = false
  #rest: Buffer = Buffer.alloc(0)
  #qn = 20_260_801_100_000_000n

  constructor(socket: Socket, mn: string) {
    this.socket = socket
    this.mn = mn
    socket.on('data', chunk => this.#take(chunk))
    socket.on('close', () => {
      this.closed = true
    })
  }

  packet(cn: string, cp: string, more: Partial<Draft> = {}): Buffer {
    return encodePacket({ qn: String(++this.#qn), st: cn.startsWith('9') ? '91' : '39', cn, pw: PASSWORD, mn: this.mn, flag: 5, cp, ...more })
  }

  /** Says it, and answers what it said. */
  say(cn: string, cp: string, more: Partial<Draft> = {}): Buffer {
    const bytes = this.packet(cn, cp, more)
    this.socket.write(bytes)
    return bytes
  }

  realTime(at = T0, pm10 = 55): Buffer {
    return this.say('2011', `DataTime=${timeText(at)};a34002-Rtd=${pm10},a34002-Flag=N`)
  }

  minute(at: number, more: Partial<Draft> = {}): Buffer {
    return this.say('2051', `DataTime=${timeText(at)};a34002-Avg=${(at / 60_000) % 100},a34002-Flag=N`, more)
  }

  heardOf(cn: string): Packet[] {
    return this.heard.filter(packet => packet.cn === cn)
  }

  #take(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk])
    for (;;) {
      const piece = nextPiece(this.#rest, 0)
      if (piece.type === 'wait') return
      const packet = piece.type === 'packet' ? readPacket(this.#rest, piece.from, piece.to, standardDialect) : undefined
      if (packet && !('ok' in packet)) this.heard.push(packet)
      this.#rest = this.#rest.subarray(piece.to)
    }
  }
}
