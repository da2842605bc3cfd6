import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { LinkUnderTest, SpokenTerminal, terminal } from './terminals.ts'

const PHONE = '13912345678'
let made: LinkUnderTest
const sockets: SpokenTerminal[] = []

afterEach(async () => {
  for (const { socket } of sockets.splice(0)) socket.destroy()
  await made.stop()
})

/** A terminal at another address than the other tests' terminals. */
async function dialFrom(localAddress: string, phone: string): Promise<SpokenTerminal> {
  const socket = connect({ host: '127.0.0.1', port: made.port.port ?? 0, localAddress, noDelay: true })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  const spoken = new SpokenTerminal(socket, phone, 2013)
  sockets.push(spoken)
  return spoken
}

async function start(settings: ConstructorParameters<typeof LinkUnderTest>[1]): Promise<void> {
  made = new LinkUnderTest([terminal('t1', PHONE), terminal('t2', '13900000002')], settings)
  await made.port.start()
}

describe('an address', () => {
  it('that floods registrations of a number that is known loses its connections; a terminal elsewhere signs in and reports', async () => {
    await start({ strangerMessagesPerAddress: 5 })
    const there = await made.signIn('13900000002')
    const flood = await dialFrom('127.0.0.9', PHONE)
    for (let n = 0; n < 200; n++) flood.say(0x0100, new Uint8Array(40))
    await expect.poll(() => flood.closed).toBe(true)
    const again = await dialFrom('127.0.0.9', PHONE)
    again.say(0x0100, new Uint8Array(40))
    await expect.poll(() => again.closed).toBe(true)
    expect(made.link.stats().registered).toBeLessThanOrEqual(1 + 51)
    expect(made.link.stats().flooded).toBeGreaterThanOrEqual(2)
    there.location()
    expect(await there.receiptOf(there.serial)).toBe(0)
    const late = await made.signIn(PHONE)
    expect(late.receipts()).toHaveLength(1)
  })

  it('that guesses the code of a terminal is locked for that terminal; the terminal itself signs in from its own', async () => {
    await start({ attempts: 100 })
    const guesser = await dialFrom('127.0.0.9', PHONE)
    for (let n = 0; n < 10; n++) {
      guesser.authenticate(`guess-${n}`)
      expect(await guesser.receiptOf(guesser.serial)).toBe(1)
    }
    guesser.authenticate('guess-11')
    await expect.poll(() => guesser.closed).toBe(true)
    expect(made.link.stats()).toMatchObject({ refused: 10, lockedOut: 1 })
    const own = await made.signIn(PHONE)
    own.location()
    expect(await own.receiptOf(own.serial)).toBe(0)
    const other = await dialFrom('127.0.0.9', '13900000002')
    other.authenticate(await other.register())
    expect(await other.receiptOf(other.serial)).toBe(0)
  })
})
