import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { Registry } from '../../gateway/registry/registry.ts'
import { dataFolder, type GatewayProcess, startGateway } from '../support/gateway.ts'
import { MemoryLog } from '../support/log.ts'
import { tester } from '../support/tester.ts'
import { chance, freePort, much, say } from './chaos.ts'
import { RawTerminal } from './raw-terminal.ts'

interface Account {
  readonly received: number
  readonly stored: number
  readonly duplicate: number
  readonly rejected: number
  readonly rejectedBy: Readonly<Record<string, number>>
  readonly pending: number
}

let data: string
let terminals: readonly RawTerminal[] = []
let gateway: GatewayProcess | undefined

afterEach(async () => {
  for (const terminal of terminals) terminal.stop()
  await gateway?.stop()
  await rm(data, { recursive: true, force: true })
})

describe('JT/T 808 terminals and kill -9', () => {
  it('what was answered is stored, once, also of messages in parts', async () => {
    const random = chance('JT/T 808')
    data = await dataFolder()
    terminals = Array.from({ length: 20 }, (_, n) => new RawTerminal(n, Math.floor((Date.now() - 6 * 3_600_000) / 1000) * 1000))
    const registry = new Registry({ file: join(data, 'registry.db'), log: new MemoryLog(), now: Date.now })
    await registry.start()
    await registry.as(tester).addDevices(
      terminals.map(({ id, phone }) => ({
        device: { id, org: 'chaos', model: 'jt808-vehicle-terminal', link: { url: `jt808://${phone}` } },
        secret: 'a-secret-of-the-chaos-terminals',
      })),
    )
    await registry.stop()
    const port = await freePort()
    const command = ['serve', '--http', '0', '--mqtt', '0', '--jt808', String(port)]
    for (const terminal of terminals) terminal.start(port)
    const acknowledged = (): number => terminals.reduce((sum, terminal) => sum + terminal.acknowledged.size, 0)
    const reporting = setInterval(() => {
      for (const terminal of terminals) terminal.report()
    }, 10)
    const rounds = much(3, 12)
    for (let round = 0; round < rounds; round++) {
      gateway = await startGateway({ data, command })
      const before = acknowledged()
      await expect.poll(acknowledged, { timeout: 15_000 }).toBeGreaterThan(before + 200)
      await pause(random.integer(50, 800))
      await gateway.kill('SIGKILL')
    }
    gateway = await startGateway({ data, command })
    const before = acknowledged()
    await expect.poll(acknowledged, { timeout: 15_000 }).toBeGreaterThan(before + 200)
    clearInterval(reporting)
    await expect.poll(() => terminals.reduce((sum, { waiting }) => sum + waiting, 0), { timeout: 20_000 }).toBe(0)

    const account = async (): Promise<Account> => (await gateway?.get<Account>('/account')) ?? expect.unreachable()
    await expect.poll(async () => (await account()).pending, { timeout: 30_000 }).toBe(0)
    const { received, stored, duplicate, rejected, rejectedBy } = await account()
    expect(received).toBe(stored + duplicate + rejected)
    // Parts whose message was not whole when the gateway was killed never reach the journal; those of a broken connection do, by name.
    expect(Object.keys(rejectedBy).filter(reason => reason !== 'INCOMPLETE')).toEqual([])
    const { missing, doubled, rows } = compare()
    expect({ missing, doubled }).toEqual({ missing: 0, doubled: 0 })
    say(
      `JT/T 808: ${rounds} kills, ${acknowledged()} locations acknowledged, ${rows} stored, 0 missing, 0 doubled; account ${received} = ${stored} stored + ${duplicate} duplicate + ${rejected} rejected; ${terminals.reduce((sum, each) => sum + each.sentAgain, 0)} frames sent again`,
    )
  }, 120_000)
})

function compare(): { readonly missing: number; readonly doubled: number; readonly rows: number } {
  const db = new DatabaseSync(join(data, 'series.db'), { readOnly: true, timeout: 5_000 })
  let missing = 0
  let doubled = 0
  let rows = 0
  for (const { id, acknowledged } of terminals) {
    const all = db.prepare('SELECT at FROM reading_vehicle JOIN device ON device.id = reading_vehicle.device WHERE device.name = ?').all(id)
    const times = new Set(all.map(({ at }) => Number(at)))
    rows += all.length
    doubled += all.length - times.size
    for (const at of acknowledged) if (!times.has(at)) missing++
  }
  db.close()
  return { missing, doubled, rows }
}
