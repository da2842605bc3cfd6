import { createServer, type Socket } from 'node:net'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { readParameters } from '../../devices/protocols/jt808/answers.ts'
import { encodeFrame } from '../../devices/protocols/jt808/encode.ts'
import { numberParameter, setParametersBody } from '../../devices/protocols/jt808/encode-platform.ts'
import { answerBody } from '../../devices/protocols/jt808/encode-terminal.ts'
import { FrameFinder } from '../../devices/protocols/jt808/frame.ts'
import { type Message, readMessage } from '../../devices/protocols/jt808/message.ts'
import { REGISTRATION, RESULT } from '../../devices/protocols/jt808/messages.ts'
import type { LinkFleet } from '../../devices/simulators/link-fleet.ts'
import { linkFleets } from '../../devices/simulators/link-fleets.ts'
import type { Catalogue } from '../../gateway/model/device.ts'

const cleanUp: (() => unknown)[] = []
let catalogue: Catalogue

beforeAll(async () => {
  catalogue = await loadCatalogue()
})
afterEach(async () => {
  for (const done of cleanUp.splice(0).reverse()) await done()
})

function u16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff])
}

/** A mock platform: registers everyone with the code `abc`, and answers what comes, but for locations while `deaf`. */
class Platform {
  readonly heard: Message[] = []
  readonly sockets = new Set<Socket>()
  deaf = false
  port = 0

  async open(): Promise<void> {
    const server = createServer(socket => {
      this.sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => this.sockets.delete(socket))
      const finder = new FrameFinder()
      socket.on('data', chunk => {
        for (const frame of finder.take(chunk).frames) this.#hear(socket, readMessage(frame))
      })
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    this.port = typeof address === 'object' && address ? address.port : 0
    cleanUp.push(() => {
      this.hangUp()
      server.close()
    })
  }

  hangUp(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  /** Tells all that are connected; the terminals' phone numbers do not matter to them. */
  order(messageId: number, body: Uint8Array, serial: number): void {
    for (const socket of this.sockets) socket.write(encodeFrame({ messageId, phone: '1', serial, body }))
  }

  of(messageId: number): Message[] {
    return this.heard.filter(({ header }) => header.messageId === messageId)
  }

  #hear(socket: Socket, message: ReturnType<typeof readMessage>): void {
    if (!message.ok) throw new Error(message.detail)
    this.heard.push(message)
    const { messageId, serial, phone, version } = message.header
    const answer = (id: number, body: Uint8Array): void =>
      void socket.write(encodeFrame({ messageId: id, phone, serial: 1, body, ...(version !== undefined && { version }) }))
    if (messageId === 0x0100) answer(0x8100, Buffer.concat([u16(serial), Buffer.from([REGISTRATION.done]), Buffer.from('abc')]))
    else if (messageId !== 0x0200 || !this.deaf) answer(0x8001, answerBody(serial, messageId, RESULT.done))
  }
}

function fleet(port: number, count: number, rate: number, now: () => number = Date.now): LinkFleet {
  const made = linkFleets.find(({ id }) => id === 'jt808')?.make({ seed: 'test', count, rate, host: '127.0.0.1', port, now, catalogue })
  if (!made) throw new Error('no fleet')
  cleanUp.push(() => made.stop())
  return made
}

describe('simulated vehicle terminals', () => {
  it('register, authenticate and report; receipts are counted', async () => {
    const platform = new Platform()
    await platform.open()
    const terminals = fleet(platform.port, 6, 20)
    await terminals.start()
    await expect.poll(() => terminals.stats().acknowledged).toBeGreaterThan(30)
    expect(terminals.stats()).toMatchObject({ connected: 6, reconnects: 0 })
    expect(platform.of(0x0100)).toHaveLength(6)
    expect(platform.of(0x0102).map(({ header, body }) => Buffer.from(body.subarray(header.version === undefined ? 0 : 1)).toString('latin1', 0, 3))).toEqual(
      Array.from({ length: 6 }, () => 'abc'),
    )
    await terminals.stop()
    const { published, acknowledged, pending } = terminals.stats()
    expect({ acknowledged, pending }).toEqual({ acknowledged: published, pending: 0 })
  })

  it('what has no receipt when the connection breaks comes again after it, as a batch from the buffer', async () => {
    const platform = new Platform()
    await platform.open()
    const [terminal] = [fleet(platform.port, 1, 10)]
    platform.deaf = true
    await terminal.start()
    await expect.poll(() => terminal.stats().pending).toBeGreaterThan(5)
    platform.deaf = false
    platform.hangUp()
    await expect.poll(() => platform.of(0x0704).length, { timeout: 5_000 }).toBeGreaterThan(0)
    const [batch] = platform.of(0x0704)
    expect(batch?.body[2]).toBe(1)
    expect(platform.of(0x0102)).toHaveLength(2)
    expect(platform.of(0x0100)).toHaveLength(1)
    await terminal.stop()
    const { published, acknowledged } = terminal.stats()
    expect(acknowledged).toBe(published)
  })

  it('obey: they say where they are, and report as often as they are told', async () => {
    const platform = new Platform()
    await platform.open()
    const terminals = fleet(platform.port, 1, 1)
    await terminals.start()
    await expect.poll(() => terminals.stats().connected).toBe(1)
    platform.order(0x8201, new Uint8Array(0), 77)
    await expect.poll(() => platform.of(0x0201).map(({ body }) => [body[1], body.length > 30])).toEqual([[77, true]])
    platform.order(0x8103, setParametersBody([numberParameter(0x29, 3600)]), 78)
    await expect.poll(() => platform.of(0x0001).map(({ body }) => [...body])).toEqual([[0, 78, 0x81, 0x03, 0]])
    platform.order(0x8104, new Uint8Array(0), 79)
    await expect.poll(() => platform.of(0x0104).flatMap(({ body }) => readParameters(body))).toEqual([numberParameter(0x29, 3600)])
    platform.order(0x8500, Uint8Array.of(1), 80)
    await expect.poll(() => platform.of(0x0001).map(({ body }) => body[4])).toEqual([0, 3])
  })

  it('are the same for the same seed, to the byte', () => {
    const frames = (): string[] =>
      fleet(1, 5, 1, () => Date.UTC(2026, 10, 20)).members.map(member => Buffer.from(member.frame(Date.UTC(2026, 10, 20, 0, 1))).toString('hex'))
    expect(frames()).toEqual(frames())
  })
})
