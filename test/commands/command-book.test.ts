import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CommandBook } from '../../gateway/commands/command-book.ts'
import { CommandFile } from '../../gateway/commands/command-file.ts'
import type { Audit, AuditEntry } from '../../gateway/model/audit.ts'
import type { CommandAnswer, CommandOrder } from '../../gateway/model/command.ts'
import { GatewayError } from '../../gateway/model/errors.ts'
import { MemoryLog } from '../support/log.ts'
import { tester } from '../support/tester.ts'

const title = { en: 'x', zh: 'x' }
let folder = ''
const books: CommandBook[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'citygate-commands-'))
})
afterEach(async () => {
  for (const book of books.splice(0)) await book.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** An order as a test wants it to go; counts how often it was sent. */
function order(answer: CommandAnswer | 'waits', shows?: () => true | string): CommandOrder & { sent: number } {
  const made = {
    name: 'valve',
    title,
    sent: 0,
    check: (value: unknown): void => {
      if (typeof value !== 'boolean') throw new RangeError('expected true or false')
    },
    send: async (_: unknown, signal: AbortSignal): Promise<CommandAnswer> => {
      made.sent++
      if (answer !== 'waits') return answer
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      return { type: 'unsent', why: 'the line could not be asked in time' }
    },
    ...(shows && { readBack: { afterMs: 5, shows: async (): Promise<true | string> => shows() } }),
  }
  return made
}

function open(made: CommandOrder, append: Audit['append'] = async () => undefined): CommandBook {
  const book = new CommandBook({
    file: new CommandFile(join(folder, 'commands.db')),
    path: { orders: device => (device === 'd' ? [made] : []) },
    audit: { append },
    directory: { get: id => (id === 'd' ? { id, org: 'o', model: 'm' } : undefined) },
    log: new MemoryLog(),
    now: Date.now,
  })
  book.start()
  books.push(book)
  return book
}

const settled = async (book: CommandBook, id: number): Promise<unknown> => {
  await expect.poll(() => book.get(id)?.settledAt, { timeout: 8000 }).toBeTypeOf('number')
  return book.get(id)
}

describe('an order', () => {
  it('is confirmed when the device shows it, also when it takes its time', async () => {
    let looks = 0
    const made = order({ type: 'done' }, () => ++looks > 1 || 'it shows 0')
    const book = open(made)
    const { id, state } = await book.give({ device: 'd', name: 'valve', value: true, expiresInMs: 20_000, by: tester })
    expect(state).toBe('pending')
    expect(await settled(book, id)).toMatchObject({ state: 'confirmed', sentAt: expect.any(Number) })
    expect(made.sent).toBe(1)
  })

  it.each<[string, CommandAnswer | 'waits', (() => true | string) | undefined, string, string]>([
    ['the device refuses', { type: 'refused', why: 'exception 4' }, () => true, 'refused', 'exception 4'],
    ['nothing answers, and it shows that it was done', { type: 'unanswered', why: 'no answer' }, () => true, 'confirmed', 'read back'],
    ['nothing answers, and nothing can be read back', { type: 'unanswered', why: 'no answer' }, undefined, 'expired', 'not known'],
    ['it is answered and nothing can be read back', { type: 'done' }, undefined, 'confirmed', 'the device answered'],
    ['nobody answers such an order', { type: 'told' }, undefined, 'told', 'sent; no answer is expected'],
    ['it never shows', { type: 'done' }, () => 'it shows 0', 'expired', 'it shows 0'],
    ['there is no way to the device', 'waits', () => true, 'expired', 'in time'],
  ])('when %s', async (_, answer, shows, state, detail) => {
    const made = order(answer, shows)
    const book = open(made)
    const { id } = await book.give({ device: 'd', name: 'valve', value: true, expiresInMs: 1000, by: tester })
    expect(await settled(book, id)).toMatchObject({ state, detail: expect.stringContaining(detail) })
    expect(made.sent).toBe(1)
  })

  it.each([
    ['valve', 'd', 'open', 'expected true or false'],
    ['pump', 'd', true, 'there are valve'],
    ['valve', 'e', true, 'takes no order'],
  ])('%s to %s with %s is refused before anything is sent', async (name, device, value, expected) => {
    const made = order({ type: 'done' })
    const given = open(made).give({ device, name, value, expiresInMs: 1000, by: tester })
    await expect(given).rejects.toMatchObject({ code: 'COMMAND_INVALID', message: expect.stringContaining(expected) })
    expect(made.sent).toBe(0)
  })

  it('is one of a bounded number under way for a device', async () => {
    const book = open(order('waits'))
    const give = (): Promise<unknown> => book.give({ device: 'd', name: 'valve', value: true, expiresInMs: 60_000, by: tester })
    for (let i = 0; i < 16; i++) await give()
    await expect(give()).rejects.toThrow(/under way already/)
  })
})

describe('who gave an order', () => {
  it('is written down before anything is sent', async () => {
    const made = order({ type: 'done' })
    const entries: AuditEntry[] = []
    const book = open(made, async entry => {
      expect(made.sent).toBe(0)
      entries.push(entry)
    })
    const { id } = await book.give({ device: 'd', name: 'valve', value: true, expiresInMs: 20_000, by: tester })
    expect(entries).toMatchObject([
      { actor: tester, action: 'command.give', subject: 'device:d', org: 'o', after: { command: id, name: 'valve', value: true } },
    ])
    expect(await settled(book, id)).toMatchObject({ state: 'confirmed' })
  })

  it('can not be written down: nothing is sent, and the next one is not held up', async () => {
    const made = order({ type: 'done' })
    let away = true
    const book = open(made, async () => {
      if (away) throw new GatewayError('REGISTRY_UNUSABLE', 'the server is away', { retryable: true })
    })
    const give = (): ReturnType<CommandBook['give']> => book.give({ device: 'd', name: 'valve', value: true, expiresInMs: 20_000, by: tester })
    for (let turn = 0; turn < 20; turn++) await expect(give()).rejects.toMatchObject({ code: 'REGISTRY_UNUSABLE' })
    expect(book.of('d', 100).map(({ state }) => state)).toEqual(Array.from({ length: 20 }, () => 'expired'))
    expect(made.sent).toBe(0)
    away = false
    expect(await settled(book, (await give()).id)).toMatchObject({ state: 'confirmed' })
  })
})

describe('what became of orders', () => {
  it('is kept over a restart; what was under way is told to be unknown and never sent again', async () => {
    const made = order('waits')
    const first = open(made)
    const { id } = await first.give({ device: 'd', name: 'valve', value: true, expiresInMs: 60_000, by: tester })
    // As after a crash: the file still says pending when the next gateway opens it.
    const second = open(made)
    expect(second.get(id)).toMatchObject({ state: 'expired', detail: expect.stringContaining('gateway ended') })
    const next = await second.give({ device: 'd', name: 'valve', value: false, expiresInMs: 60_000, by: tester })
    expect(next.id).toBeGreaterThan(id)
    expect(second.of('d', 10).map(record => record.id)).toEqual([next.id, id])
    expect(made.sent).toBe(2)
  })

  it('is let go when there are too many of one device', () => {
    const file = new CommandFile(join(folder, 'many.db'))
    file.open()
    for (let id = 1; id <= 1200; id++) file.keep({ id, device: 'd', name: 'valve', state: 'confirmed', givenAt: 0, expiresAt: 1 })
    file.keep({ id: 1201, device: 'e', name: 'valve', state: 'confirmed', givenAt: 0, expiresAt: 1 })
    file.trim('d', 1201)
    expect(file.of('d', 5000)).toHaveLength(1000)
    expect(file.get(200)).toBeUndefined()
    expect(file.of('e', 10)).toHaveLength(1)
    file.close()
  })
})
