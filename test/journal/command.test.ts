import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { encodeTelemetry } from '../../devices/protocols/telemetry/encode.ts'
import { FileJournal } from '../../gateway/journal/file-journal.ts'
import { collected, commandLine } from '../cli/run-citygate.ts'
import { MemoryLog } from '../support/log.ts'
import { segments } from './workspace.ts'

const { folder, run, start } = commandLine()
const T0 = Date.parse('2026-05-01T00:00:00Z')
const MINUTE = 60_000
const RECORD = 32 + 'bus-1'.length + 'telemetry'.length

/** A position of a bus that stood at a stop. */
function position(n: number): Uint8Array {
  return encodeTelemetry({ bus: { fixTimeMs: T0 + n * MINUTE, latitude: 31.2 + n / 10_000, longitude: 121.4, speedKmh: n % 60 } })
}

/** A data folder whose journal holds a frame a minute, of two buses in turn; every tenth is garbage. */
async function dataWith(frames: number): Promise<{ data: string; journal: FileJournal }> {
  const data = folder()
  const journal = new FileJournal({ folder: join(data, 'journal'), segmentBytes: 2000, budgetBytes: 1 << 30, keepBytes: 1 << 30, log: new MemoryLog() })
  await journal.open()
  for (let n = 0; n < frames; n++) await append(journal, n)
  return { data, journal }
}

async function append(journal: FileJournal, n: number): Promise<void> {
  const payload = n % 10 === 9 ? Buffer.from([0xff]) : position(n)
  await journal.synced(journal.append({ device: `bus-${(n % 2) + 1}`, channel: 'telemetry', receivedAt: T0 + n * MINUTE, payload }))
}

async function damage(data: string): Promise<void> {
  const path = (await segments(join(data, 'journal')))[1] ?? ''
  const bytes = await readFile(path)
  bytes.fill(0x55, 32 + RECORD, 32 + RECORD + 5)
  await writeFile(path, bytes)
}

describe('citygate journal', () => {
  it('inspect tells segments, times, sinks and repairs', async () => {
    const { data, journal } = await dataWith(100)
    const ask = async () => JSON.parse((await run(['journal', 'inspect', '--json', '--data', data])).stdout)
    // While the journal is open, and is written further.
    const seen = await ask()
    expect(seen).toMatchObject({ start: 0, end: 100, damages: 0, lostFrames: 0, repairs: [], cursors: [] })
    expect(seen.segments.length).toBe(journal.condition.segments)
    expect(seen.segments.reduce((sum: number, one: { frames: number }) => sum + one.frames, 0)).toBe(100)
    expect([seen.oldestAt, seen.newestAt]).toEqual(['2026-05-01T00:00:00.000Z', '2026-05-01T01:39:00.000Z'])
    await journal.close()
    const [last = ''] = (await segments(join(data, 'journal'))).slice(-1)
    await writeFile(last, (await readFile(last)).subarray(0, -3))
    const again = new FileJournal({ folder: join(data, 'journal'), segmentBytes: 2000, budgetBytes: 1 << 30, keepBytes: 0, log: new MemoryLog() })
    await again.open()
    await again.close()
    expect(await ask()).toMatchObject({ end: 100, damages: 1, lostFrames: 1, repairs: [{ kind: 'damaged', action: 'passed over', from: 99, to: 100 }] })
    const shown = await run(['journal', 'inspect', '--data', data])
    expect(shown).toMatchObject({ code: 0, stderr: '' })
    expect(shown.stdout).toMatch(
      /100 frames, offsets 0 to before 100.*\n[\s\S]*SEGMENT[\s\S]*no sink has a cursor yet[\s\S]*1 damages, 1 frames lost[\s\S]*damaged, passed over/,
    )
  })

  it('verify finds damage and ends with 1, and finds none where none is, also while frames come in', async () => {
    const { data, journal } = await dataWith(200)
    let writing = true
    const writer = (async () => {
      for (let n = 200; writing; n++) await append(journal, n)
    })()
    const checks = await Promise.all([0, 1, 2].map(() => run(['journal', 'verify', '--json', '--data', data])))
    writing = false
    await writer
    for (const { code, stdout } of checks) {
      expect(code, stdout).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, lostFrames: 0 })
      expect(JSON.parse(stdout).frames).toBeGreaterThanOrEqual(200)
    }
    await damage(data)
    const found = await run(['journal', 'verify', '--data', data])
    expect(found.code).toBe(1)
    expect(found.stdout).toMatch(/✓ .*\n✗ .*\n {2}damaged at \d+, \d+ bytes; frames lost: \d+\n✓ [\s\S]*1 are lost, in 1 places/)
    await journal.close()
  })

  it('tail prints the newest frames and goes on with those that come', async () => {
    const { data, journal } = await dataWith(60)
    const newest = await run(['journal', 'tail', '-n', '3', '--data', data])
    const lines = newest.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines.map(line => line.offset)).toEqual([57, 58, 59])
    expect(lines[1]).toEqual({
      offset: 58,
      device: 'bus-1',
      channel: 'telemetry',
      receivedAt: '2026-05-01T00:58:00.000Z',
      bytes: position(58).length,
      hex: Buffer.from(position(58)).toString('hex'),
    })
    const child = start(['journal', 'tail', '-n', '30', '-f', '--device', 'bus-2', '--data', data])
    const text = collected(child, 'stdout')
    await expect.poll(() => text().split('\n').length, { timeout: 10_000 }).toBe(31)
    for (let n = 60; n < 160; n++) await append(journal, n)
    await expect.poll(() => text().split('\n').length, { timeout: 10_000 }).toBe(81)
    const seen = text()
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).offset)
    expect(seen).toEqual(Array.from({ length: 80 }, (_, n) => 1 + 2 * n))
    await journal.close()
  })

  it('redecode runs history into the store once more, without a point too many', async () => {
    const { data, journal } = await dataWith(100)
    await journal.close()
    for (const id of ['bus-1', 'bus-2']) {
      const added = await run(['device', 'add', '--id', id, '--model', 'citygate-bus-unit', '--org', 'o', '--data', data])
      expect(added.code, added.stderr).toBe(0)
    }
    const points = (): number => {
      const db = new DatabaseSync(join(data, 'series.db'), { readOnly: true })
      const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '%bus%'").all()
      const count = Number(db.prepare(`SELECT count(*) AS n FROM "${String(tables[0]?.name)}"`).get()?.n)
      db.close()
      return count
    }
    const part = await run([
      'journal',
      'redecode',
      '--since',
      '2026-05-01T00:20:00Z',
      '--until',
      '2026-05-01T00:40:00Z',
      '--device',
      'bus-1',
      '--json',
      '--data',
      data,
    ])
    expect(part, part.stderr).toMatchObject({ code: 0 })
    expect(JSON.parse(part.stdout)).toEqual({ frames: 10, readings: 10, duplicates: 0, refusedByStore: 0, rejected: {} })
    expect(points()).toBe(10)
    for (let round = 0; round < 2; round++) {
      const all = await run(['journal', 'redecode', '--since', '2026-05-01T00:00:00Z', '--json', '--data', data])
      expect(JSON.parse(all.stdout)).toEqual({ frames: 100, readings: 90, duplicates: 0, refusedByStore: 0, rejected: { TRUNCATED: 10 } })
      expect(points()).toBe(90)
    }
    await damage(data)
    const told = await run(['journal', 'redecode', '--since', '2026-05-01T00:00:00Z', '--data', data])
    expect(told.stderr).toContain('damaged')
    expect(told.stdout).toMatch(/^99 frames decoded again: \d+ readings written to SQLite file .*\n0 frames were duplicates of others; rejected: \d+ TRUNCATED/)
  }, 60_000)

  it('redecode is refused while a gateway runs on the folder', async () => {
    const { data, journal } = await dataWith(10)
    await journal.close()
    const gateway = start(['serve', '--http', '0', '--mqtt', '0', '--data', data])
    const text = collected(gateway, 'stdout')
    await expect.poll(text, { timeout: 20_000 }).toContain('mqtt://')
    const refused = await run(['journal', 'redecode', '--since', '1d', '--data', data])
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toMatch(/^DATA_FOLDER_IN_USE: .*stop it for as long as this takes/)
    // Looking is not.
    expect((await run(['journal', 'verify', '--data', data])).code).toBe(0)
    const sinks = async (): Promise<string[]> => {
      const seen = JSON.parse((await run(['journal', 'inspect', '--json', '--data', data])).stdout)
      return seen.cursors.map((one: { sink: string }) => one.sink)
    }
    // Cursors are kept every few seconds.
    await expect.poll(sinks, { timeout: 20_000 }).toContain('series')
    gateway.kill('SIGTERM')
  }, 60_000)

  it('says so where there is no journal, and makes none', async () => {
    const data = folder()
    for (const words of [['inspect'], ['verify'], ['tail'], ['redecode', '--since', '1h']]) {
      const { code, stderr } = await run(['journal', ...words, '--data', join(data, 'none')])
      expect(code).toBe(1)
      expect(stderr).toMatch(/^DATA_FOLDER_UNUSABLE: there is no journal to be read in .*--data/)
    }
    expect(await run(['journal', 'redecode', '--since', 'yesterday', '--data', data])).toMatchObject({ code: 2 })
    await cp(join(import.meta.dirname), join(data, 'journal'), { recursive: true })
    expect((await run(['journal', 'verify', '--data', data])).stdout).toContain('all 0 frames are sound')
  })
})
