import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { batchBody, locationBody } from '../../../devices/protocols/jt808/encode-terminal.ts'
import { readCodeKey, TerminalCodes } from '../../../gateway/links/jt808/terminal-codes.ts'
import type { Device } from '../../../gateway/model/device.ts'
import { LinkUnderTest, SECRET, T0, terminal } from './terminals.ts'

const PHONE = '13912345678'
const under: LinkUnderTest[] = []

afterEach(async () => {
  for (const each of under.splice(0)) await each.stop()
})

async function open(
  devices: readonly Device[] = [terminal('t1', PHONE)],
  settings: ConstructorParameters<typeof LinkUnderTest>[1] = {},
): Promise<LinkUnderTest> {
  const made = new LinkUnderTest(devices, settings)
  under.push(made)
  await made.port.start()
  return made
}

describe('a terminal', () => {
  it.each([2011, 2013, 2019] as const)('of %i registers, authenticates, reports, and is answered in its own edition', async edition => {
    const made = await open()
    const { journal, link } = made
    const spoken = await made.signIn(PHONE, edition)
    const frames = [spoken.location(), spoken.say(0x0002), spoken.say(0x0003)]
    expect(await spoken.receiptOf(spoken.serial)).toBe(0)
    expect(spoken.heard.every(({ header }) => header.phone === PHONE && (header.version !== undefined) === (edition === 2019))).toBe(true)
    expect(
      journal
        .of('t1')
        .slice(1)
        .map(({ payload, channel }) => [channel, Buffer.from(payload)]),
    ).toEqual(frames.map(frame => ['jt808', frame]))
    expect(link.stats()).toMatchObject({ terminals: 1, strangers: 0, registered: 1, authenticated: 1, frames: 4, answered: 4, refused: 0 })
    // Platform serial numbers follow one another.
    expect(spoken.heard.map(({ header }) => header.serial)).toEqual(spoken.heard.map((_, index) => index))
  })

  it('gets its receipt only once the frame is on disk, and in the order of its frames', async () => {
    const made = await open()
    const spoken = await made.signIn(PHONE)
    made.journal.held = true
    const serials: number[] = []
    for (let n = 0; n < 20; n++) {
      spoken.location(T0 + 1000 * n)
      serials.push(spoken.serial)
    }
    await expect.poll(() => made.journal.frames.length).toBe(21)
    expect(spoken.receipts()).toHaveLength(1)
    made.journal.release()
    await expect.poll(() => spoken.receipts().slice(1)).toEqual(serials)
  })

  it('waits without receipts while the journal is full, and loses nothing', async () => {
    const made = await open()
    const spoken = await made.signIn(PHONE)
    made.journal.full = true
    for (let n = 0; n < 50; n++) spoken.location(T0 + 1000 * n)
    await expect.poll(() => made.log.lines.some(line => JSON.stringify(line).includes('JOURNAL_FULL'))).toBe(true)
    expect(spoken.receipts()).toHaveLength(1)
    made.journal.full = false
    await expect.poll(() => spoken.receipts().length, { timeout: 5_000 }).toBe(51)
    expect(made.journal.frames).toHaveLength(51)
  })

  it('has the same code after a restart, and needs not register again; nor does one whose code is its device’s secret', async () => {
    const first = await open()
    const code = await (await first.dial(PHONE)).register()
    const second = await open([terminal('t1', PHONE), terminal('own-secret', '13900000002')])
    const again = await second.dial(PHONE)
    again.authenticate(code)
    expect(await again.receiptOf(again.serial)).toBe(0)
    const installed = await second.dial('13900000002', 2019)
    installed.authenticate(SECRET)
    expect(await installed.receiptOf(installed.serial)).toBe(0)
    expect(code).toMatch(/^[\w-]{16}$/)
  })

  it('that dials in again takes over; the old connection is closed', async () => {
    const made = await open()
    const old = await made.signIn(PHONE)
    const fresh = await made.signIn(PHONE)
    await old.hungUp()
    fresh.location()
    expect(await fresh.receiptOf(fresh.serial)).toBe(0)
    expect(made.link.stats()).toMatchObject({ terminals: 1, takenOver: 1 })
  })

  it('is asked to leave when its phone number changes, or when it is not registered any more', async () => {
    const made = await open([terminal('t1', PHONE), terminal('t2', '13900000003')])
    const spoken = await made.signIn(PHONE)
    spoken.say(0x0200, new Uint8Array(28), { phone: '13900000003' })
    await spoken.hungUp()
    expect(made.journal.of('t2')).toEqual([])
    const other = await made.signIn(PHONE)
    made.directory.remove('t1')
    other.location()
    await other.hungUp()
    await expect.poll(() => made.link.stats()).toMatchObject({ changedPhone: 1, terminals: 0 })
    expect(made.journal.of('t1')).toHaveLength(2)
  })

  it('gets the time when it asks, and an answer of its own kind for a picture', async () => {
    const made = await open()
    const spoken = await made.signIn(PHONE, 2019)
    spoken.say(0x0004)
    const time = await spoken.hear(({ header }) => header.messageId === 0x8004)
    expect(Buffer.from(time.body).toString('hex')).toMatch(/^2\d{11}$/)
    spoken.say(0x0801, Buffer.from('0000002a0001000100', 'hex'))
    expect(Buffer.from((await spoken.hear(({ header }) => header.messageId === 0x8800)).body).toString('hex')).toBe('0000002a')
  })

  it('a broken frame of a known terminal is kept without an answer, and costs the next one nothing', async () => {
    const made = await open()
    const spoken = await made.signIn(PHONE)
    const broken = spoken.frame(0x0002)
    broken[broken.length - 2] = (broken[broken.length - 2] ?? 0) ^ 1
    spoken.socket.write(broken)
    spoken.location()
    expect(await spoken.receiptOf(spoken.serial)).toBe(0)
    expect(made.journal.frames).toHaveLength(3)
    expect(spoken.receipts()).toHaveLength(2)
    expect(made.link.stats()).toMatchObject({ broken: 1, frames: 3 })
  })
})

describe('a message in parts', () => {
  const body = batchBody(
    Array.from({ length: 5 }, (_, n) => locationBody({ alarm: 0, status: 3, lat: 31, lon: 121, altitude: 5, speed: 30, heading: 90, at: T0 + 1000 * n })),
    true,
  )

  it('is one frame in the journal, in whatever order its parts came; each part is answered, none before it is on disk', async () => {
    const made = await open()
    const spoken = await made.signIn(PHONE)
    const parts = spoken.inParts(0x0704, body, 60)
    expect(parts).toHaveLength(3)
    made.journal.held = true
    for (const index of [2, 0, 0, 1]) spoken.socket.write(parts[index] ?? Buffer.alloc(0))
    await expect.poll(() => made.journal.frames.length).toBe(2)
    expect(spoken.receipts()).toHaveLength(1)
    made.journal.release()
    await expect.poll(() => spoken.receipts().length).toBe(4)
    expect(Buffer.from(made.journal.frames[1]?.payload ?? [])).toEqual(Buffer.concat(parts))
  })

  it('of which one is missing is asked for, and taken when it comes', async () => {
    const made = await open()
    const spoken = await made.signIn(PHONE, 2019)
    const first = spoken.serial + 1
    const parts = spoken.inParts(0x0704, body, 60)
    spoken.socket.write(Buffer.concat([parts[0] ?? Buffer.alloc(0), parts[2] ?? Buffer.alloc(0)]))
    const asked = await spoken.hear(({ header }) => header.messageId === 0x8003)
    expect(Buffer.from(asked.body).toString('hex')).toBe(`${first.toString(16).padStart(4, '0')}00010002`)
    spoken.socket.write(parts[1] ?? Buffer.alloc(0))
    await expect.poll(() => made.journal.frames.length).toBe(2)
    await expect.poll(() => spoken.receipts().length).toBe(4)
  })

  it('that is never finished is kept as incomplete, and not answered', async () => {
    const made = await open()
    const spoken = await made.signIn(PHONE)
    const parts = spoken.inParts(0x0704, body, 60)
    spoken.socket.write(parts[1] ?? Buffer.alloc(0))
    await expect.poll(() => made.link.stats().incomplete, { timeout: 3_000 }).toBe(1)
    expect(spoken.heard.filter(({ header }) => header.messageId === 0x8003).length).toBe(3)
    await expect.poll(() => made.journal.frames.length).toBe(2)
    expect(spoken.receipts()).toHaveLength(1)
  })

  it('takes no more memory than it may, and is accounted for when the connection breaks', async () => {
    const made = await open(undefined, { partBytes: 200, partMs: 60_000 })
    const spoken = await made.signIn(PHONE)
    const parts = spoken.inParts(0x0704, body, 60)
    spoken.socket.write(Buffer.concat(parts.slice(0, 2)))
    // A second one finds no room beside the first: it stands alone in the journal.
    for (const part of spoken.inParts(0x0801, body, 100)) spoken.socket.write(part)
    await expect.poll(() => made.link.stats().incomplete).toBe(2)
    spoken.socket.destroy()
    await expect.poll(() => made.link.stats().incomplete).toBe(3)
    expect(made.journal.frames).toHaveLength(4)
  })
})

describe('who is not let in', () => {
  it('a stranger hears that there is no such terminal, and is hung up on after three tries', async () => {
    const made = await open([
      terminal('t1', PHONE),
      terminal('twin-a', '13900000009'),
      terminal('twin-b', '13900000009'),
      terminal('bus', '13900000008', 'citygate-bus-unit'),
    ])
    for (const [phone, result] of [
      ['13000000000', 4],
      ['13900000009', 3],
      ['13900000008', 4],
    ] as const) {
      const spoken = await made.dial(phone)
      await spoken.register()
      expect(spoken.heard[0]?.body[2]).toBe(result)
      spoken.authenticate('anything')
      expect(await spoken.receiptOf(spoken.serial)).toBe(1)
      spoken.location()
      await spoken.hungUp()
    }
    expect(made.journal.frames).toEqual([])
    expect(made.link.stats()).toMatchObject({ refused: 9, terminals: 0 })
  })

  it('a wrong code, a code of another terminal, a report before authentication', async () => {
    const made = await open([terminal('t1', PHONE), terminal('t2', '13900000003')])
    const theirs = await (await made.dial('13900000003')).register()
    for (const code of ['wrong', theirs, '', 'x'.repeat(1000)]) {
      const spoken = await made.dial(PHONE)
      spoken.authenticate(code)
      expect(await spoken.receiptOf(spoken.serial)).toBe(1)
      spoken.location()
      expect(await spoken.receiptOf(spoken.serial)).toBe(1)
    }
    expect(made.journal.frames).toEqual([])
  })

  it('nobody is given a code where registrations are closed', async () => {
    const made = await open([terminal('t1', PHONE), terminal('own-secret', '13900000002')], { registration: false })
    const spoken = await made.dial(PHONE)
    expect(await spoken.register()).toBe('')
    expect(spoken.heard[0]?.body[2]).toBe(3)
    spoken.authenticate(new TerminalCodes(new Uint8Array(32).fill(7)).codeFor('t1', PHONE))
    expect(await spoken.receiptOf(spoken.serial)).toBe(1)
    const installed = await made.dial('13900000002')
    installed.authenticate(SECRET)
    expect(await installed.receiptOf(installed.serial)).toBe(0)
  })

  it('a flood of registrations and of silent connections costs a terminal nothing', async () => {
    const made = await open(undefined, { strangers: 20 })
    const spoken = await made.signIn(PHONE)
    const floods = await Promise.all(Array.from({ length: 60 }, (_, n) => made.dial(String(13_000_000_000 + n))))
    for (const flood of floods) for (let n = 0; n < 50; n++) flood.say(0x0100, new Uint8Array(40))
    for (let n = 0; n < 20; n++) spoken.location(T0 + 1000 * n)
    await expect.poll(() => spoken.receipts().length).toBe(21)
    await expect.poll(() => made.link.stats().strangers).toBeLessThanOrEqual(20)
    const late = await made.signIn(PHONE, 2019)
    expect(late.receipts()).toHaveLength(1)
    expect(made.journal.of('t1').length).toBe(made.journal.frames.length)
  })

  it('who says nothing in time, and who speaks something else', async () => {
    const made = await open(undefined, { signInMs: 50 })
    await (await made.dial(PHONE)).hungUp()
    const web = await made.dial(PHONE)
    web.socket.write(`GET / HTTP/1.1\r\n${'x'.repeat(20_000)}`)
    await web.hungUp()
    expect(made.port.stats().closedBy).toEqual({ 'has not authenticated in time': 1, 'sends no JT/T 808': 1 })
  })

  it('random bytes, whole and cut, end a connection at most', async () => {
    const made = await open()
    const spoken = await made.signIn(PHONE)
    for (let n = 0; n < 30; n++) {
      const noise = await made.dial(PHONE)
      noise.socket.write(randomBytes(5_000))
    }
    spoken.location()
    expect(await spoken.receiptOf(spoken.serial)).toBe(0)
    expect(made.journal.frames).toHaveLength(2)
  })
})

describe('the key of codes', () => {
  it('is made once, for its owner only, and refused when it is damaged', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'citygate-key-'))
    const file = join(folder, 'jt808.key')
    const key = await readCodeKey(file)
    expect(await readCodeKey(file)).toEqual(key)
    expect(key).toEqual(await readFile(file))
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    await writeFile(file, 'short')
    await expect(readCodeKey(file)).rejects.toMatchObject({ code: 'DATA_FOLDER_UNUSABLE' })
    await expect(readCodeKey(join(folder, 'nowhere', 'key'))).rejects.toMatchObject({ code: 'DATA_FOLDER_UNUSABLE' })
    await rm(folder, { recursive: true })
  })
})
