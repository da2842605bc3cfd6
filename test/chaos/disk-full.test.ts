import { statSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { dataFolder, type GatewayProcess, startGateway } from '../support/gateway.ts'
import { limitFiles, type SmallDisk, smallDisk } from '../support/small-disk.ts'
import { chance, freePort, much, say } from './chaos.ts'
import { Fleet } from './fleet.ts'
import { storedInSqlite, verify } from './verify.ts'

let data: string
let fleet: Fleet
let gateway: GatewayProcess | undefined
let disk: SmallDisk | undefined

afterEach(async () => {
  await fleet.stop()
  await gateway?.stop()
  await rm(data, { recursive: true, force: true })
  await disk?.remove()
})

interface Health {
  readonly status: string
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly advice?: string }[]
}

/** Health answers 503 while the gateway takes nothing: its body is wanted all the same. */
async function healthOf(of: GatewayProcess): Promise<Health> {
  return (await (await fetch(`${of.http}/api/v1/health`)).json()) as Health
}

async function untilFull(of: GatewayProcess): Promise<Health> {
  await expect.poll(async () => (await healthOf(of)).status, { timeout: 30_000 }).toBe('failing')
  await fleet.until(
    () => fleet.inFlight >= fleet.devices.length,
    10_000,
    () => 'devices do not wait',
  )
  return healthOf(of)
}

describe('a full disk', () => {
  it('makes devices wait, is named in health, and once there is space everything goes on', async () => {
    const random = chance('disk full')
    disk = await smallDisk(192)
    data = disk ? join(disk.path, 'data') : await dataFolder()
    fleet = new Fleet({ devices: 30, perSecond: 6_000, inFlight: 40, random })
    const port = await freePort()
    gateway = await startGateway({ data, command: ['serve', '--http', '0', '--mqtt', '0'] })
    await gateway.stop()
    await fleet.enrol(data)
    gateway = await startGateway({ data, command: ['serve', '--http', '0', '--mqtt', String(port)] })
    fleet.start(port)
    const rounds = much(1, 5)
    const advices = new Set<string>()
    for (let round = 0; round < rounds; round++) {
      await fleet.more(2_000)
      if (disk) await disk.fill(random.integer(0, 2_000_000))
      else await limitFiles(gateway.pid, await largest(data))
      const health = await untilFull(gateway)
      for (const check of health.checks) if (!check.ok && check.advice) advices.add(`${check.name}: ${check.advice}`)
      const journal = health.checks.find(({ name }) => name === 'journal')
      expect(journal).toMatchObject({ ok: false, advice: expect.stringMatching(/free|space/) })
      await pause(much(1_500, 5_000))
      const before = fleet.acknowledged
      await pause(200)
      expect(fleet.acknowledged, 'no receipt while nothing can be written').toBe(before)
      expect(fleet.signedIn, 'devices stay connected').toBe(fleet.devices.length)
      if (disk) await disk.free()
      else await limitFiles(gateway.pid, 'unlimited')
      await fleet.more(2_000)
    }
    await fleet.settle()
    await expect.poll(async () => (await healthOf(gateway as GatewayProcess)).status, { timeout: 40_000 }).toBe('ok')
    say(`disk full (${disk ? 'a tmpfs' : 'prlimit --fsize'}): ${rounds} times; said: ${[...advices].join(' | ').replaceAll(data, 'DATA')}`)
    await verify('disk full', gateway, fleet, () => storedInSqlite(data))
    // What was kept while the disk was full is sound.
    await gateway.kill('SIGKILL')
    gateway = await startGateway({ data, command: ['serve', '--http', '0', '--mqtt', String(port)] })
    await verify('disk full, started again', gateway, fleet, () => storedInSqlite(data))
  }, 180_000)
})

/** The length of the journal's longest file: a limit that it meets at once. */
async function largest(of: string): Promise<number> {
  const folder = join(of, 'journal')
  return Math.max(65_536, ...(await readdir(folder)).map(name => statSync(join(folder, name)).size))
}
