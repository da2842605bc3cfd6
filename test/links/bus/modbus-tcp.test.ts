import { afterEach, describe, expect, it, vi } from 'vitest'
import { crcHolds, exceptionResponse, readRequest } from '../../../devices/protocols/modbus/frame.ts'
import { BusMaster } from '../../../gateway/links/bus/bus-master.ts'
import type { Device } from '../../../gateway/model/device.ts'
import { ListedDevices, polled, quickCatalogue, silent } from '../fixtures.ts'
import { MemoryJournal } from '../memory-journal.ts'
import { adu, rightAnswer, type Script, ScriptedServer } from '../scripted-server.ts'

const settings = { timeoutMs: 120, connectTimeoutMs: 1000, firstBackOffMs: 150, longestBackOffMs: 600, mostUnsynced: 8, probeShare: 0.5 }
const block = { functionCode: 4, address: 0, count: 4 } as const
const cleanUp: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const done of cleanUp.splice(0).reverse()) await done()
})

async function serve(script: Script): Promise<{ server: ScriptedServer; port: number }> {
  const server = new ScriptedServer(script)
  const port = await server.listen()
  cleanUp.push(() => server.close())
  return { server, port }
}

function poll(devices: readonly Device[], journal = new MemoryJournal()): { journal: MemoryJournal; directory: ListedDevices; master: BusMaster } {
  const directory = new ListedDevices(devices)
  const master = new BusMaster({ directory, catalogue: quickCatalogue, journal, log: silent, now: Date.now, settings })
  master.start()
  cleanUp.push(() => master.stop())
  return { journal, directory, master }
}

const until = (condition: () => void): Promise<void> => vi.waitFor(condition, { timeout: 8000, interval: 10 })

describe('a line with devices that answer', () => {
  it('journals each request with its answer, as RTU with CRC', async () => {
    const { port } = await serve((request, reply) => reply(rightAnswer(request)))
    const { journal } = poll([polled('meter-1', port, 7)])
    await until(() => expect(journal.frames.length).toBeGreaterThan(1))
    const [frame] = journal.frames
    const request = readRequest(7, block)
    expect(frame).toMatchObject({ device: 'meter-1', channel: 'modbus' })
    expect(frame?.payload.subarray(0, request.length)).toEqual(request)
    const answer = frame?.payload.subarray(request.length) ?? new Uint8Array()
    expect([...answer.subarray(0, -2)]).toEqual([7, 4, 8, 0, 0, 0, 1, 0, 2, 0, 3])
    expect(crcHolds(answer, 0, answer.length)).toBe(true)
  })

  it('leaves alone what is planned or retired', async () => {
    const asked = new Set<number>()
    const { port } = await serve((request, reply) => {
      asked.add(request.unit)
      reply(rightAnswer(request))
    })
    const { journal } = poll([
      polled('meter-1', port, 1),
      { ...polled('meter-2', port, 2), stage: 'planned' },
      { ...polled('meter-3', port, 3), stage: 'retired' },
    ])
    await until(() => expect(journal.frames.length).toBeGreaterThan(5))
    expect([...asked]).toEqual([1])
  })

  it('has one connection and never two requests in flight', async () => {
    let inFlight = 0
    let most = 0
    const { server, port } = await serve((request, reply) => {
      most = Math.max(most, ++inFlight)
      setTimeout(() => {
        inFlight--
        reply(rightAnswer(request))
      }, 5)
    })
    const { journal } = poll([1, 2, 3, 4, 5].map(unit => polled(`meter-${unit}`, port, unit)))
    await until(() => expect(journal.frames.length).toBeGreaterThan(20))
    expect(most).toBe(1)
    expect(server.sockets.size).toBe(1)
  })

  it('leaves out what a slow line can not do, and does not queue it', async () => {
    const { server, port } = await serve((request, reply) => setTimeout(() => reply(rightAnswer(request)), 60))
    const { journal, master } = poll([1, 2, 3, 4].map(unit => polled(`meter-${unit}`, port, unit)))
    await until(() => expect(journal.frames.length).toBeGreaterThan(12))
    const [line] = master.lines()
    expect(line?.missed).toBeGreaterThan(4)
    expect(line?.utilisation).toBeGreaterThan(0.8)
    const perUnit = [1, 2, 3, 4].map(unit => server.requests.filter(request => request.unit === unit).length)
    expect(Math.max(...perUnit) - Math.min(...perUnit)).toBeLessThanOrEqual(2)
  })
})

describe('a line with a dead unit', () => {
  it('costs the others no more than one time-out a back-off', async () => {
    const { server, port } = await serve((request, reply) => request.unit !== 2 && reply(rightAnswer(request)))
    const { journal, master } = poll([1, 2, 3].map(unit => polled(`meter-${unit}`, port, unit)))
    await until(() => expect(server.requests.filter(request => request.unit === 2).length).toBeGreaterThanOrEqual(4))
    // 150 + 300 + 600 ms of back-off, less a quarter, lie between four requests to it.
    expect(journal.of('meter-1').length).toBeGreaterThan(6)
    expect(journal.of('meter-3').length).toBeGreaterThan(6)
    const times = journal.of('meter-1').map(frame => frame.receivedAt)
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(Math.max(...gaps)).toBeLessThan(settings.timeoutMs + 250)
    expect(master.lines()[0]).toMatchObject({ silent: 1, connected: true })
  })

  it('finds it again with one probe', async () => {
    let dead = true
    const { server, port } = await serve((request, reply) => (request.unit !== 2 || !dead) && reply(rightAnswer(request)))
    const { journal, master } = poll([polled('meter-1', port, 1), polled('meter-2', port, 2)])
    await until(() => expect(master.lines()[0]?.timeouts).toBeGreaterThanOrEqual(3))
    dead = false
    const before = server.requests.filter(request => request.unit === 2).length
    await until(() => expect(journal.of('meter-2').length).toBeGreaterThan(3))
    expect(server.requests.filter(request => request.unit === 2).length - before).toBeLessThanOrEqual(journal.of('meter-2').length + 1)
    expect(master.lines()[0]?.silent).toBe(0)
  })

  it('takes a gateway that says the unit does not answer at its word', async () => {
    const { server, port } = await serve((request, reply) => reply(request.unit === 2 ? adu(request.transaction, 2, [0x84, 0x0b]) : rightAnswer(request)))
    const { journal, master } = poll([polled('meter-1', port, 1), polled('meter-2', port, 2)])
    await until(() => expect(journal.of('meter-1').length).toBeGreaterThan(10))
    expect(server.requests.filter(request => request.unit === 2).length).toBeLessThan(6)
    expect(master.lines()[0]).toMatchObject({ silent: 1 })
  })
})

describe('answers that are not right', () => {
  it('journals an exception and polls on', async () => {
    const { port } = await serve((request, reply) => reply(adu(request.transaction, request.unit, [0x84, 2])))
    const { journal, master } = poll([polled('meter-1', port, 9)])
    await until(() => expect(journal.frames.length).toBeGreaterThan(3))
    expect(journal.frames[0]?.payload).toEqual(Uint8Array.from([...readRequest(9, block), ...exceptionResponse(9, 4, 2)]))
    expect(master.lines()[0]).toMatchObject({ silent: 0, answers: 0 })
  })

  it.each([
    ['another transaction', (request: Parameters<Script>[0]) => rightAnswer({ ...request, transaction: request.transaction + 1 })],
    ['another unit', (request: Parameters<Script>[0]) => rightAnswer({ ...request, unit: request.unit + 1 })],
    ['another function', (request: Parameters<Script>[0]) => rightAnswer({ ...request, functionCode: 3 })],
  ])('takes no answer of %s, and is well when they become right', async (_, wrong) => {
    let right = false
    const { port } = await serve((request, reply) => reply(right ? rightAnswer(request) : wrong(request)))
    const { journal, master } = poll([polled('meter-1', port, 1)])
    await until(() => expect(master.lines()[0]?.strays).toBeGreaterThanOrEqual(2))
    expect(journal.frames).toHaveLength(0)
    right = true
    await until(() => expect(journal.frames.length).toBeGreaterThan(1))
  })

  it('takes no late answer for the next request', async () => {
    const late = adu(0, 1, [4, 8, 0xde, 0xad, 0xde, 0xad, 0xde, 0xad, 0xde, 0xad])
    const { port } = await serve((request, reply) => {
      if (request.transaction % 3 !== 0) return reply(rightAnswer(request))
      const bytes = Uint8Array.from(late)
      bytes[1] = request.transaction
      setTimeout(() => reply(bytes), settings.timeoutMs + 40)
    })
    const { journal, master } = poll([polled('meter-1', port, 1), polled('meter-2', port, 2)])
    await until(() => expect(master.lines()[0]?.strays).toBeGreaterThanOrEqual(3))
    expect(journal.frames.length).toBeGreaterThan(3)
    for (const frame of journal.frames) expect(Buffer.from(frame.payload).toString('hex')).not.toContain('dead')
  })

  it('keeps an answer of the wrong length, so that the account shows it', async () => {
    const { port } = await serve((request, reply) => reply(adu(request.transaction, request.unit, [4, 2, 0, 1])))
    const { journal } = poll([polled('meter-1', port, 1)])
    await until(() => expect(journal.frames.length).toBeGreaterThan(1))
    expect([...(journal.frames[0]?.payload.subarray(8, -2) ?? [])]).toEqual([1, 4, 2, 0, 1])
  })

  it('takes an answer that comes in pieces', async () => {
    const { port } = await serve((request, reply) => {
      const bytes = rightAnswer(request)
      for (const [index, byte] of bytes.entries()) setTimeout(() => reply(Uint8Array.of(byte)), 2 * index)
    })
    const { journal } = poll([polled('meter-1', port, 1)])
    await until(() => expect(journal.frames.length).toBeGreaterThan(1))
  })

  it('begins anew when the peer speaks something else', async () => {
    let babble = true
    const { port } = await serve((request, reply) => reply(babble ? Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') : rightAnswer(request)))
    const { journal, master } = poll([polled('meter-1', port, 1)])
    await until(() => expect(master.lines()[0]?.disconnects).toBeGreaterThanOrEqual(2))
    babble = false
    await until(() => expect(journal.frames.length).toBeGreaterThan(1))
  })
})

describe('connections', () => {
  it('comes back when the server was away', async () => {
    const { server, port } = await serve((request, reply) => reply(rightAnswer(request)))
    const { journal, master } = poll([polled('meter-1', port, 1)])
    await until(() => expect(journal.frames.length).toBeGreaterThan(1))
    await server.close()
    await until(() => expect(master.lines()[0]?.disconnects).toBeGreaterThanOrEqual(3))
    const before = journal.frames.length
    const again = new ScriptedServer((request, reply) => reply(rightAnswer(request)))
    await again.listen(port)
    cleanUp.push(() => again.close())
    await until(() => expect(journal.frames.length).toBeGreaterThan(before + 2))
  })

  it('does not dial in a loop when the peer hangs up at once', async () => {
    let connections = 0
    const { port } = await serve((_, __, socket) => {
      connections++
      socket.destroy()
    })
    const { master } = poll([polled('meter-1', port, 1)])
    await until(() => expect(master.lines()[0]?.disconnects).toBeGreaterThanOrEqual(4))
    expect(connections).toBeLessThanOrEqual(6)
  })

  it('doubts a connection on which nothing answers any more', async () => {
    const { server, port } = await serve(() => undefined)
    const { master } = poll([1, 2, 3].map(unit => polled(`meter-${unit}`, port, unit)))
    await until(() => expect(master.lines()[0]?.disconnects).toBeGreaterThanOrEqual(1))
    await until(() => expect(server.requests.length).toBeGreaterThanOrEqual(4))
  })
})

describe('the journal', () => {
  it('when full, pauses polling until it is not', async () => {
    const { server, port } = await serve((request, reply) => reply(rightAnswer(request)))
    const journal = new MemoryJournal()
    journal.full = true
    const { master } = poll([polled('meter-1', port, 1)], journal)
    await until(() => expect(master.lines()[0]).toMatchObject({ paused: true, notKept: 1 }))
    const asked = server.requests.length
    await new Promise(resolve => setTimeout(resolve, 400))
    expect(server.requests.length).toBe(asked)
    journal.full = false
    await until(() => expect(journal.frames.length).toBeGreaterThan(1))
    expect(master.lines()[0]?.paused).toBe(false)
  })

  it('when slow, holds the line at so many unsynced frames', async () => {
    const { server, port } = await serve((request, reply) => reply(rightAnswer(request)))
    const journal = new MemoryJournal()
    journal.held = true
    const { master } = poll(
      [1, 2, 3, 4].map(unit => polled(`meter-${unit}`, port, unit)),
      journal,
    )
    await until(() => expect(master.lines()[0]?.unsynced).toBe(settings.mostUnsynced))
    await new Promise(resolve => setTimeout(resolve, 300))
    expect(server.requests.length).toBe(settings.mostUnsynced)
    journal.release()
    await until(() => expect(server.requests.length).toBeGreaterThan(settings.mostUnsynced + 4))
  })
})

describe('the directory', () => {
  it('is followed while running: added, moved to another line, removed', async () => {
    const one = await serve((request, reply) => reply(rightAnswer(request)))
    const two = await serve((request, reply) => reply(rightAnswer(request)))
    const { journal, directory, master } = poll([])
    expect(master.lines()).toHaveLength(0)
    directory.add(polled('meter-1', one.port, 1))
    await until(() => expect(journal.of('meter-1').length).toBeGreaterThan(1))
    directory.add(polled('meter-1', two.port, 1))
    await until(() => expect(two.server.requests.length).toBeGreaterThan(1))
    await until(() => expect(one.server.sockets.size).toBe(0))
    directory.remove('meter-1')
    await until(() => expect(two.server.sockets.size).toBe(0))
    expect(master.lines()).toHaveLength(0)
  })

  it('has devices that are not polled: no link, another model, a wrong link', async () => {
    const { port } = await serve((request, reply) => reply(rightAnswer(request)))
    const warnings: string[] = []
    const directory = new ListedDevices([
      { id: 'no-link', org: 'test', model: 'quick' },
      polled('other-model', port, 1, 'unheard-of'),
      { ...polled('wrong', port, 1), link: { url: 'tcp://somewhere', unit: 1 } },
      { ...polled('unit-0', port, 1), link: { url: `modbus-tcp://127.0.0.1:${port}`, unit: 0 } },
    ])
    const log = { ...silent, warn: (fields: object) => void warnings.push(JSON.stringify(fields)) }
    const master = new BusMaster({ directory, catalogue: quickCatalogue, journal: new MemoryJournal(), log, now: Date.now })
    master.start()
    cleanUp.push(() => master.stop())
    expect(master.lines()).toHaveLength(0)
    expect(warnings).toEqual(['{"device":"wrong"}', '{"device":"unit-0"}'])
  })
})
