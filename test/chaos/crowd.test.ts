import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { afterEach, expect, it } from 'vitest'
import { dataFolder, type GatewayProcess, startGateway } from '../support/gateway.ts'
import { chance, freePort, much, say } from './chaos.ts'
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

it('a city that comes back at once: 2,000 devices (1,000 in the short form) sign in, send again what has no receipt, and nobody is lost', async () => {
  // Each device is one file of this process and one of the gateway's.
  const files = Number(/Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 1_024)
  const wanted = much(1_000, 2_000)
  const devices = Math.min(wanted, files - 500)
  const random = chance('crowd')
  if (devices < wanted) say(`crowd: ${devices} devices only, for this user may open ${files} files`)
  data = await dataFolder()
  fleet = new Fleet({ devices, perSecond: 4_000, inFlight: 3, random })
  await fleet.enrol(data)
  const port = await freePort()
  const command = ['serve', '--http', '0', '--mqtt', String(port)]
  gateway = await startGateway({ data, command })
  fleet.start(port)
  await fleet.until(
    () => fleet.signedIn === devices,
    30_000,
    () => `${fleet.signedIn} of ${devices} signed in`,
  )
  await fleet.more(3_000)
  const took: number[] = []
  for (let round = 0; round < much(1, 5); round++) {
    if (round % 2 === 0) {
      await gateway.kill('SIGKILL')
      await fleet.until(
        () => fleet.signedIn === 0,
        10_000,
        () => `${fleet.signedIn} still signed in`,
      )
      gateway = await startGateway({ data, command })
    } else for (const device of fleet.devices) device.drop()
    const from = performance.now()
    await fleet.until(
      () => fleet.signedIn === devices,
      30_000,
      () => `${fleet.signedIn} of ${devices} signed in`,
    )
    took.push(Math.round(performance.now() - from))
    await fleet.more(3_000)
  }
  await fleet.settle()
  say(`crowd: ${devices} devices back after ${took.join(', ')} ms`)
  const account = await verify('crowd', gateway, fleet, () => storedInSqlite(data))
  expect(account.rejected).toBe(0)
}, 180_000)
