import { open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import type { Random } from '../../devices/simulators/random.ts'
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

/** Where the last frame that was acknowledged to anybody ends: the segment and the place in it. A record ends with its payload, and no two payloads are the same. */
async function lastReceipt(folder: string): Promise<{ readonly segment: string; readonly bytes: number }> {
  for (const segment of (await segments(folder)).toReversed()) {
    const bytes = await readFile(join(folder, segment))
    const ends = fleet.devices.flatMap(({ lastAcknowledged }) => {
      const at = lastAcknowledged ? bytes.lastIndexOf(lastAcknowledged) : -1
      return lastAcknowledged && at >= 0 ? [at + lastAcknowledged.length] : []
    })
    if (ends.length > 0) return { segment, bytes: Math.max(...ends) }
  }
  throw new Error('no acknowledged frame is in the journal')
}

async function segments(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter(name => name.endsWith('.seg')).sort()
}

it('power cuts: what the journal wrote after the last receipt is lost, zeros or garbage, and nothing acknowledged is missed', async () => {
  const random = chance('power cut')
  const rounds = much(4, 20)
  data = await dataFolder()
  const folder = join(data, 'journal')
  fleet = new Fleet({ devices: 40, perSecond: 8_000, inFlight: 50, random })
  await fleet.enrol(data)
  const port = await freePort()
  const command = ['serve', '--http', '0', '--mqtt', String(port)]
  fleet.start(port)
  const done: Record<string, number> = {}
  let lost = 0
  for (let round = 0; round < rounds; round++) {
    gateway = await startGateway({ data, command })
    await fleet.more(random.integer(500, 6_000))
    // Without a pause, so that it is in the middle of writing.
    for (let burst = random.integer(20, 200); burst > 0; burst--) {
      for (const device of fleet.devices) if (device.signedIn && device.inFlight < 200) device.publish(1)
      await new Promise(setImmediate)
    }
    // Stopped in the middle of what it does: a receipt that is on its way is still taken here.
    await gateway.kill('SIGSTOP')
    await pause(50)
    await gateway.kill('SIGKILL')
    const outcome = await loseWhatFollows(folder, await lastReceipt(folder), random)
    done[outcome.how] = (done[outcome.how] ?? 0) + 1
    lost += outcome.bytes
    if (random.chance(0.3)) await rm(join(data, 'cursors'), { recursive: true, force: true })
  }
  gateway = await startGateway({ data, command })
  await fleet.more(500)
  await fleet.settle()
  say(
    `power cut: ${rounds} rounds, ${lost} bytes after the last receipt lost; ${Object.entries(done)
      .map(([how, count]) => `${count} × ${how}`)
      .join(', ')}`,
  )
  const account = await verify('power cut', gateway, fleet, () => storedInSqlite(data))
  expect(account.rejected, 'no garbage was taken for a frame').toBe(0)
}, 240_000)

async function loseWhatFollows(
  folder: string,
  mark: { readonly segment: string; readonly bytes: number },
  random: Random,
): Promise<{ readonly how: string; readonly bytes: number }> {
  const later = (await segments(folder)).filter(name => name > mark.segment)
  for (const name of later) await rm(join(folder, name))
  const file = await open(join(folder, mark.segment), 'r+')
  try {
    // Behind what was written there may be zeros: space that was made ahead.
    const size = mark.bytes + (await readFile(join(folder, mark.segment))).subarray(mark.bytes).findLastIndex(byte => byte !== 0) + 1
    const kept = random.integer(mark.bytes, size)
    const how = random.integer(0, 3)
    // A file system may have made the file longer before the bytes reached the disk.
    const tail = Buffer.alloc(size - kept + random.integer(0, 20_000))
    if (how === 0) await file.truncate(kept)
    else {
      if (how === 2) for (let at = 0; at < tail.length; at++) tail[at] = random.integer(0, 255)
      if (how === 3) await file.read(tail, 0, Math.min(tail.length, mark.bytes), random.integer(0, Math.max(0, mark.bytes - tail.length)))
      await file.write(tail, 0, tail.length, kept)
    }
    return { how: ['cut off', 'zeros', 'garbage', 'older records'][how] ?? '', bytes: size - kept }
  } finally {
    await file.close()
  }
}
