import { open, readdir, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Random } from '../../devices/simulators/random.ts'
import { dataFolder, type GatewayProcess, startGateway } from '../support/gateway.ts'
import { chance, freePort, much, say } from './chaos.ts'
import { Fleet } from './fleet.ts'
import { storedInSqlite, verify } from './verify.ts'

const READINGS = 8_000

let data: string
let fleet: Fleet
let gateway: GatewayProcess | undefined

afterEach(async () => {
  await fleet.stop()
  await gateway?.stop()
  await rm(data, { recursive: true, force: true })
})

/** A journal of several segments that no sink has taken yet: the store, the book and the cursors are gone. */
async function journalAlone(random: Random): Promise<readonly string[]> {
  data = await dataFolder()
  fleet = new Fleet({ devices: 20, perSecond: 8_000, inFlight: 50, random })
  await fleet.enrol(data)
  gateway = await start()
  fleet.start(gateway.mqttPort)
  await fleet.more(READINGS)
  await fleet.settle()
  await gateway.kill('SIGKILL')
  for (const name of await readdir(data)) {
    if (/^(series|account|live)\.db|^cursors$/.test(name)) await rm(join(data, name), { recursive: true })
  }
  const names = (await readdir(join(data, 'journal'))).filter(name => name.endsWith('.seg')).sort()
  expect(names.length).toBeGreaterThan(3)
  return names.map(name => join(data, 'journal', name))
}

async function start(): Promise<GatewayProcess> {
  const port = await freePort()
  return startGateway({
    data,
    command: ['serve', '--http', '0', '--mqtt', String(port)],
    env: { CITYGATE_JOURNAL_SEGMENT_BYTES: '131072', CITYGATE_LIMITS_PAYLOAD_BYTES: '65536' },
  })
}

/** What cannot be read any more of what was acknowledged, and whether the gateway has said so. */
async function delivered(name: string): Promise<{ readonly lost: number; readonly text: string }> {
  gateway = await start()
  const stored = await storedWhenQuiet()
  const acknowledged = fleet.acknowledged
  const lost = acknowledged - stored
  await verify(name, gateway, fleet, () => storedInSqlite(data), { destroyed: lost })
  return { lost, text: gateway.output() }
}

async function storedWhenQuiet(): Promise<number> {
  await expect.poll(async () => (await gateway?.get<{ pending: number }>('/account'))?.pending, { timeout: 30_000 }).toBe(0)
  return [...(await storedInSqlite(data)).values()].reduce((sum, times) => sum + times.length, 0)
}

describe('a damaged journal', () => {
  it('with bits flipped here and there: reported, and every other frame is delivered', async () => {
    const random = chance('flipped bits')
    const segments = await journalAlone(random)
    const flips = much(10, 60)
    for (let n = 0; n < flips; n++) await flip(segments[random.integer(0, segments.length - 1)] ?? '', random)
    const { lost, text } = await delivered('flipped bits')
    say(`flipped bits: ${flips} in ${segments.length} segments, ${lost} frames lost`)
    expect(text).toMatch(/the journal is damaged/)
    // A flip costs the record it is in; one in a segment's header may cost a few.
    expect(lost).toBeGreaterThan(0)
    expect(lost).toBeLessThanOrEqual(flips * 3)
  }, 60_000)

  it('with segments cut short, emptied and gone: reported, and every other frame is delivered', async () => {
    const random = chance('cut segments')
    const segments = await journalAlone(random)
    const [, short = '', empty = '', gone = ''] = segments
    const { size } = await stat(short)
    const kept = random.integer(1_000, size - 1_000)
    await truncated(short, kept)
    await truncated(empty, 0)
    await rm(gone)
    const { lost, text } = await delivered('cut segments')
    say(`cut segments: one at ${kept} of ${size} bytes, one emptied, one removed of ${segments.length}; ${lost} frames lost`)
    expect(text).toMatch(/the journal is damaged/)
    const [inShort, inEmpty, inGone] = [framesOf(segments, 1), framesOf(segments, 2), framesOf(segments, 3)]
    const expected = inShort * (1 - kept / size) + inEmpty + inGone
    expect(Math.abs(lost - expected), `what is lost is what was taken away, some ${Math.round(expected)} frames`).toBeLessThan(10)
  }, 60_000)
})

/** A segment is named by the offset of its first frame. */
function framesOf(segments: readonly string[], index: number): number {
  const first = (path: string | undefined): number => Number(basename(path ?? '', '.seg'))
  return first(segments[index + 1]) - first(segments[index])
}

async function flip(path: string, random: Random): Promise<void> {
  const file = await open(path, 'r+')
  try {
    const byte = Buffer.alloc(1)
    const at = random.integer(0, (await file.stat()).size - 1)
    await file.read(byte, 0, 1, at)
    byte[0] = (byte[0] ?? 0) ^ (1 << random.integer(0, 7))
    await file.write(byte, 0, 1, at)
  } finally {
    await file.close()
  }
}

async function truncated(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.truncate(bytes)
  } finally {
    await file.close()
  }
}
