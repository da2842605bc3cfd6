import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { dataFolder, type GatewayProcess, startGateway } from '../support/gateway.ts'
import { chance, freePort, memoryOf, much, say } from './chaos.ts'
import { Fleet } from './fleet.ts'
import { storedInSqlite, verify } from './verify.ts'

let data: string
let fleet: Fleet
let gateway: GatewayProcess | undefined

afterEach(async () => {
  await fleet.stop()
  await gateway?.stop()
  await rm(data, { recursive: true, force: true })
})

describe('kill -9', () => {
  it('at random moments under load, also while it starts and with cursors torn, loses nothing and doubles nothing', async () => {
    const random = chance('kill -9')
    const rounds = much(5, 24)
    data = await dataFolder()
    fleet = new Fleet({ devices: 40, perSecond: 6_000, inFlight: 30, random })
    await fleet.enrol(data)
    const port = await freePort()
    const command = ['serve', '--http', '0', '--mqtt', String(port)]
    fleet.start(port)
    let early = 0
    let torn = 0
    let peak = 0
    for (let round = 0; round < rounds; round++) {
      if (round % 4 === 3) {
        await killedEarly([...command, '--data', data], random.integer(100, 1_500))
        early++
      }
      gateway = await startGateway({ data, command })
      await fleet.until(
        () => fleet.signedIn > 0,
        10_000,
        () => 'nobody signs in',
      )
      await pause(random.integer(50, 1_500))
      peak = Math.max(peak, memoryOf(gateway.pid).peakMb)
      await gateway.kill('SIGKILL')
      if (random.chance(0.5)) torn += await tearCursors(join(data, 'cursors'), random.next())
    }
    gateway = await startGateway({ data, command })
    await fleet.more(500)
    await fleet.settle()
    say(`kill -9: ${rounds} rounds and ${early} kills during a start, ${torn} cursor files torn or gone, peak ${peak} MB`)
    const account = await verify('kill -9', gateway, fleet, () => storedInSqlite(data))
    expect(account.rejected).toBe(0)
  }, 240_000)
})

/** A gateway that is killed before it is ready. */
async function killedEarly(words: readonly string[], afterMs: number): Promise<void> {
  const cli = join(import.meta.dirname, '..', '..', 'gateway', 'cli', 'citygate.ts')
  const child = spawn(process.execPath, [cli, ...words], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  await pause(afterMs)
  child.kill('SIGKILL')
  await ended
}

/** What a crash of the machine may leave of files that are not synced in order. */
async function tearCursors(folder: string, share: number): Promise<number> {
  const names = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.json'))
  for (const name of names) {
    if (share < 0.3) await rm(join(folder, name))
    else if (share < 0.7) await truncate(join(folder, name), Math.floor(share * 20))
    else await writeFile(join(folder, name), Buffer.alloc(24))
  }
  return names.length
}
