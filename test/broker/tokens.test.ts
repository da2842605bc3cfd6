import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { KeptLog, workspace } from '../registry/workspace.ts'
import { tester } from '../support/tester.ts'
import { type Fixture, startBroker, until } from './fixture.ts'

const { folder, open } = workspace()
let fixture: Fixture | undefined

afterEach(async () => {
  await fixture?.close()
  fixture = undefined
})

test('whoever came with a token that ends or is removed is disconnected within a second or two, and not let in again; others stay', async () => {
  let ahead = 0
  const registry = await open(join(folder(), 'registry.db'), new KeptLog(), () => Date.now() + ahead)
  const started = await startBroker({ authenticator: registry })
  fixture = started
  const hour = 3_600_000
  const add = async (endsInMs?: number) =>
    await registry.as(tester).addToken({ org: 'pudong-bus', ...(endsInMs !== undefined && { expiresAt: Date.now() + endsInMs }) })
  const [stays, endsLater, ends, removed] = [await add(), await add(2 * hour), await add(hour), await add()]
  const clients = await Promise.all([stays, endsLater, ends, removed].map(one => started.token(one.token)))
  const connected = (): readonly boolean[] => clients.map(client => client.connected)

  ahead = hour
  const endedAt = performance.now()
  await until(() => !connected()[2])
  // A sweep is a second; all connections are looked at every fifth only.
  expect(performance.now() - endedAt).toBeLessThan(3_500)
  expect(connected()).toEqual([true, true, false, true])

  await registry.as(tester).removeToken(removed.id)
  const removedAt = performance.now()
  await until(() => !connected()[3])
  expect(performance.now() - removedAt).toBeLessThan(3_500)
  expect(connected()).toEqual([true, true, false, false])
  expect(started.broker.stats().refused).toMatchObject({ TOKEN_REVOKED: 2 })
  for (const over of [ends, removed]) await expect(started.token(over.token)).rejects.toThrow()
})
