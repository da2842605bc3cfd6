import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Conversation, DialIn, Peer } from '../../gateway/links/peer.ts'
import { defaultPortLimits, type PortLimits, TcpPort } from '../../gateway/links/tcp-port.ts'
import { MemoryLog } from '../support/log.ts'

const opened: (TcpPort | Socket)[] = []

afterEach(async () => {
  for (const each of opened.splice(0)) await (each instanceof TcpPort ? each.stop() : each.destroy())
})

/** Keeps the peers and what they said. */
class Listening implements DialIn {
  readonly peers: Peer[] = []
  readonly heard: string[] = []
  closed = 0

  open(peer: Peer): Conversation {
    const index = this.peers.push(peer) - 1
    this.heard.push('')
    return {
      take: bytes => {
        if (bytes.includes('fail')) throw new Error('a fault')
        this.heard[index] += bytes.toString()
      },
      closed: () => void this.closed++,
    }
  }
}

async function open(limits: Partial<PortLimits> = {}): Promise<{ readonly port: TcpPort; readonly dialIn: Listening; readonly dial: () => Promise<Socket> }> {
  const dialIn = new Listening()
  const port = new TcpPort({ name: 'test', host: '127.0.0.1', port: 0, limits: { ...defaultPortLimits, ...limits }, dialIn, log: new MemoryLog() })
  await port.start()
  opened.push(port)
  const dial = async (): Promise<Socket> => {
    const socket = connect({ host: '127.0.0.1', port: port.port ?? 0 })
    socket.on('error', () => undefined)
    opened.push(socket)
    await once(socket, 'connect')
    return socket
  }
  return { port, dialIn, dial }
}

describe('a port for devices that dial in', () => {
  it('hands on what comes, writes back, and ends a connection after what was written', async () => {
    const { port, dialIn, dial } = await open()
    const socket = await dial()
    socket.write('hello')
    await expect.poll(() => dialIn.heard).toEqual(['hello'])
    dialIn.peers[0]?.write(Buffer.from('bye'))
    dialIn.peers[0]?.close('done')
    let answer = ''
    for await (const chunk of socket) answer += String(chunk)
    expect(answer).toBe('bye')
    await expect.poll(() => dialIn.closed).toBe(1)
    expect(port.stats()).toEqual({ connections: 0, accepted: 1, held: 0, closedBy: { done: 1 } })
  })

  it('takes no more connections than it may, in all and of one address', async () => {
    const { port, dial } = await open({ connections: 3, connectionsPerAddress: 2 })
    await dial()
    await dial()
    const third = await dial()
    await once(third, 'close')
    expect(port.stats()).toMatchObject({ connections: 2, closedBy: { 'too many connections of one address': 1 } })
  })

  it('takes so many new connections of an address a second, after the first ten seconds’ worth; who is in stays in', async () => {
    const { port, dialIn, dial } = await open({ acceptsPerAddressPerSecond: 1 })
    const first = await dial()
    for (let n = 0; n < 9; n++) (await dial()).destroy()
    const refused = await dial()
    await once(refused.resume(), 'close')
    expect(port.stats().closedBy).toMatchObject({ 'too many new connections of one address': 1 })
    first.write('still here')
    await expect.poll(() => dialIn.heard[0]).toBe('still here')
  })

  it('reads from an address as fast as it may and loses nothing; another address does not wait', async () => {
    const { port, dialIn, dial } = await open({ bytesPerAddressPerSecond: 200_000 })
    const fast = await dial()
    // 400,000 may come at once, the rest takes a second.
    fast.write('x'.repeat(600_000))
    await expect.poll(() => port.stats().held).toBeGreaterThan(0)
    const elsewhere = connect({ host: '127.0.0.1', port: port.port ?? 0, localAddress: '127.0.0.9' })
    opened.push(elsewhere)
    elsewhere.write('hello')
    await expect.poll(() => dialIn.heard[1]).toBe('hello')
    expect(dialIn.heard[0]?.length).toBeLessThan(600_000)
    await expect.poll(() => dialIn.heard[0]?.length, { timeout: 20_000 }).toBe(600_000)
  })

  it('ends connections on which nothing comes, and those that do not read', async () => {
    const { port, dialIn, dial } = await open({ idleMs: 50, outboundBytes: 1_000_000 })
    await once((await dial()).resume(), 'close')
    expect(port.stats().closedBy).toEqual({ silent: 1 })
    const deaf = await dial()
    deaf.pause()
    await expect.poll(() => dialIn.peers.length).toBe(2)
    for (let n = 0; n < 200 && port.stats().connections > 0; n++) dialIn.peers[1]?.write(Buffer.alloc(100_000))
    await expect.poll(() => port.stats().connections).toBe(0)
    expect(port.stats().closedBy).toMatchObject({ 'does not read': 1 })
  })

  it('a conversation that fails costs its own connection only', async () => {
    const { dialIn, dial } = await open()
    const good = await dial()
    const bad = await dial()
    bad.write('fail')
    await once(bad.resume(), 'close')
    good.write('still here')
    await expect.poll(() => dialIn.heard[0]).toBe('still here')
  })

  it('says which port is taken, and by which flag another is chosen', async () => {
    const { port, dialIn } = await open()
    const second = new TcpPort({ name: 'jt808', host: '127.0.0.1', port: port.port ?? 0, limits: defaultPortLimits, dialIn, log: new MemoryLog() })
    await expect(second.start()).rejects.toMatchObject({ code: 'PORT_IN_USE', message: expect.stringContaining('--jt808') })
  })
})
