import type { BinaryLike, ScryptOptions } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { tester } from '../support/tester.ts'
import { workspace } from './workspace.ts'

/** The cost that each slow hash was asked for. */
const work = vi.hoisted((): object[] => [])

/** Counted, and carried out at a small cost: what it is asked for is what is looked at. */
vi.mock('node:crypto', async original => {
  const real = await original<typeof import('node:crypto')>()
  const scrypt = (password: BinaryLike, salt: BinaryLike, length: number, options: ScryptOptions, done: (error: Error | null, key: Buffer) => void): void => {
    work.push({ length, ...options })
    real.scrypt(password, salt, length, { ...options, N: 16 }, done)
  }
  return { ...real, scrypt }
})

const { folder, open } = workspace()
const password = 'tram ginger oblique 7'

test('a sign-in costs one hash of one cost, whoever it is: how long the answer takes tells nobody who exists', async () => {
  const { people } = await open(`${folder()}/registry.db`)
  for (const id of ['li.wei', 'gone', 'without-password']) await people.addPerson({ id, grants: [] }, tester)
  for (const id of ['li.wei', 'gone']) await people.setPassword(id, password, undefined, tester)
  await people.changePerson({ id: 'gone', grants: [], disabled: true }, tester)
  const tries: readonly (readonly [string, string, boolean])[] = [
    ['li.wei', password, true],
    ['li.wei', 'tram ginger oblique 8', false],
    ['nobody', password, false],
    ['\u0000'.repeat(100), password, false],
    ['gone', password, false],
    ['without-password', password, false],
    ['li.wei', '', false],
    ['li.wei', 'x'.repeat(100_000), false],
    ['nobody', 'x'.repeat(100_000), false],
  ]
  for (const [id, given, right] of tries) {
    work.splice(0)
    expect((await people.checkPassword(id, given)) !== undefined, id).toBe(right)
    expect(work, `${id} ${given.slice(0, 30)}`).toEqual([{ length: 32, N: 65_536, r: 8, p: 2, maxmem: 256 * 65_536 * 8 }])
  }
})
