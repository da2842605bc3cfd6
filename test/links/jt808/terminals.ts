import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { loadCatalogue } from '../../../devices/catalogue.ts'
import { encodeFrame, encodeMessage } from '../../../devices/protocols/jt808/encode.ts'
import { authenticationBody, type Edition, locationBody, registrationBody } from '../../../devices/protocols/jt808/encode-terminal.ts'
import { FrameFinder } from '../../../devices/protocols/jt808/frame.ts'
import { type Message, readMessage } from '../../../devices/protocols/jt808/message.ts'
import { Jt808Link } from '../../../gateway/links/jt808/jt808-link.ts'
import type { Jt808Settings } from '../../../gateway/links/jt808/settings.ts'
import { defaultPortLimits, TcpPort } from '../../../gateway/links/tcp-port.ts'
import type { Device } from '../../../gateway/model/device.ts'
import { MemoryLog } from '../../support/log.ts'
import { ListedDevices } from '../fixtures.ts'
import { MemoryJournal } from '../memory-journal.ts'

export const catalogue = await loadCatalogue({})
export const T0 = Date.UTC(2026, 0, 1)
/** The one device whose own secret the link's authenticator knows. */
export const SECRET = 'installed-by-hand-7f3a'

export function terminal(id: string, phone: string, model = 'jt808-vehicle-terminal'): Device {
  return { id, org: 'test', model, link: { url: `jt808://${phone}` } }
}

/** A link on a real port, with a journal and a directory that the test holds. */
export class LinkUnderTest {
  readonly journal = new MemoryJournal()
  readonly directory: ListedDevices
  readonly log = new MemoryLog()
  readonly link: Jt808Link
  readonly port: TcpPort
  readonly #terminals: SpokenTerminal[] = []

  constructor(devices: readonly Device[], settings: Partial<Jt808Settings> = {}) {
    const { journal, log } = this
    this.directory = new ListedDevices(devices)
    this.link = new Jt808Link({
      directory: this.directory,
      catalogue,
      authenticator: { device: (device, secret) => (device === 'own-secret' && secret === SECRET ? { type: 'device', device } : undefined) },
      journal,
      codeKey: new Uint8Array(32).fill(7),
      settings: { partMs: 30, answerMs: 300, ...settings },
      log,
      now: Date.now,
    })
    this.port = new TcpPort({ name: 'jt808', host: '127.0.0.1', port: 0, limits: defaultPortLimits, dialIn: this.link, log })
  }

  async dial(phone: string, edition: Edition = 2013): Promise<SpokenTerminal> {
    const socket = connect({ host: '127.0.0.1', port: this.port.port ?? 0, noDelay: true })
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    const spoken = new SpokenTerminal(socket, phone, edition)
    this.#terminals.push(spoken)
    return spoken
  }

  /** Dials, registers and authenticates. */
  async signIn(phone: string, edition: Edition = 2013): Promise<SpokenTerminal> {
    const spoken = await this.dial(phone, edition)
    spoken.authenticate(await spoken.register())
    await spoken.receiptOf(spoken.serial)
    return spoken
  }

  async stop(): Promise<void> {
    for (const { socket } of this.#terminals) socket.destroy()
    await this.port.stop()
    this.link.stop()
  }
}

/** A terminal whose words the test puts into its mouth. */
export class SpokenTerminal {
  readonly socket: Socket
  readonly phone: string
  readonly edition: Edition
  /** Messages from the platform, in order. */
  readonly heard: Message[] = []
  closed = false
  /** Of the last message it said. */
  serial = 0
  readonly #finder = new FrameFinder()
  readonly #hearing = new Set<() => void>()

  constructor(socket: Socket, phone: string, edition: Edition) {
    this.socket = socket
    this.phone = phone
    this.edition = edition
    socket.on('data', chunk => {
      for (const frame of this.#finder.take(chunk).frames) {
        const message = readMessage(frame)
        if (!message.ok) throw new Error(`the platform sent ${message.detail}`)
        this.heard.push(message)
      }
      for (const told of this.#hearing) told()
    })
    socket.on('close', () => {
      this.closed = true
      for (const told of this.#hearing) told()
    })
  }

  frame(
    messageId: number,
    body: Uint8Array = new Uint8Array(0),
    more: { readonly phone?: string; readonly part?: { total: number; index: number } } = {},
  ): Buffer {
    this.serial = (this.serial + 1) & 0xffff
    const version = this.edition === 2019 ? { version: 1 } : {}
    return Buffer.from(encodeFrame({ messageId, phone: this.phone, serial: this.serial, body, ...version, ...more }))
  }

  say(
    messageId: number,
    body: Uint8Array = new Uint8Array(0),
    more: { readonly phone?: string; readonly part?: { total: number; index: number } } = {},
  ): Buffer {
    const frame = this.frame(messageId, body, more)
    this.socket.write(frame)
    return frame
  }

  location(at = T0, lat = 31.2): Buffer {
    return this.say(0x0200, locationBody({ alarm: 0, status: 3, lat, lon: 121.5, altitude: 5, speed: 30, heading: 90, at }))
  }

  /** The frames of a message in parts, not sent. */
  inParts(messageId: number, body: Uint8Array, longest: number): Buffer[] {
    const frames = encodeMessage({ messageId, phone: this.phone, serial: this.serial + 1, body, ...(this.edition === 2019 && { version: 1 }) }, longest)
    this.serial += frames.length
    return frames.map(frame => Buffer.from(frame))
  }

  /** Registers, and answers the code it was given. */
  async register(): Promise<string> {
    const registration = { province: 31, city: 115, maker: 'TEST', model: 'T-1', terminalId: 'T000001', plateColour: 2, plate: '沪A12345' }
    this.say(0x0100, registrationBody(registration, this.edition))
    const answer = await this.hear(({ header }) => header.messageId === 0x8100)
    return Buffer.from(answer.body.subarray(3)).toString('latin1')
  }

  authenticate(code: string): void {
    this.say(0x0102, authenticationBody(code, this.edition, { imei: '860000000000001', software: 'V1' }))
  }

  /** The result in the general answer to a message. */
  async receiptOf(serial: number): Promise<number> {
    const { body } = await this.hear(message => message.header.messageId === 0x8001 && ((message.body[0] ?? 0) << 8) + (message.body[1] ?? 0) === serial)
    return body[4] ?? -1
  }

  /** Serial numbers that general answers of success name, in order. */
  receipts(): number[] {
    return this.heard.flatMap(({ header, body }) => (header.messageId === 0x8001 && body[4] === 0 ? [((body[0] ?? 0) << 8) + (body[1] ?? 0)] : []))
  }

  /** The first message that fits, as soon as it has come. Rejects when the platform hangs up before. */
  async hear(fits: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.heard.find(fits)
      if (found) return found
      if (this.closed) throw new Error('the platform hung up')
      await new Promise<void>(resolve => {
        const told = (): void => {
          this.#hearing.delete(told)
          resolve()
        }
        this.#hearing.add(told)
      })
    }
  }

  async hungUp(): Promise<void> {
    if (!this.closed) await once(this.socket, 'close')
  }
}
