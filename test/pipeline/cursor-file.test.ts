import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { CursorFile } from '../../gateway/pipeline/cursor-file.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'citygate-cursor-'))
  path = join(folder, 'cursors', 'series.json')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

it('keeps an offset over writes, beside what a crash left half written', async () => {
  const cursor = new CursorFile(path)
  expect(await cursor.read()).toBeUndefined()
  await cursor.write(1)
  await writeFile(`${path}.new`, '{"next":99')
  expect(await cursor.read()).toBe(1)
  await cursor.write(Number.MAX_SAFE_INTEGER)
  expect(await cursor.read()).toBe(Number.MAX_SAFE_INTEGER)
})

it('is trusted whole or not at all: torn at any byte or with any bit flipped it gives its own offset or none', async () => {
  const cursor = new CursorFile(path)
  await cursor.write(123_456)
  const whole = await readFile(path)
  for (let length = 0; length < whole.length; length++) {
    await writeFile(path, whole.subarray(0, length))
    expect(await cursor.read(), `torn after ${length} bytes`).toBeUndefined()
    await writeFile(path, Buffer.concat([whole.subarray(0, length), Buffer.alloc(whole.length - length)]))
    expect(await cursor.read(), `zeros after ${length} bytes`).toBeUndefined()
  }
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const flipped = Buffer.from(whole)
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    await writeFile(path, flipped)
    expect([undefined, 123_456]).toContain(await cursor.read())
  }
})

it('says what to do when it cannot be kept', async () => {
  await writeFile(join(folder, 'file'), '')
  await expect(new CursorFile(join(folder, 'file', 'series.json')).write(1)).rejects.toMatchObject({ code: 'DATA_FOLDER_UNUSABLE', retryable: true })
})
