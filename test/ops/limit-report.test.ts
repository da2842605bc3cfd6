import { expect, it } from 'vitest'
import { HttpConnections } from '../../gateway/api/http-connections.ts'
import { RequestPace } from '../../gateway/api/request-pace.ts'
import { loadConfig } from '../../gateway/config/config.ts'
import { limitReport } from '../../gateway/limit-report.ts'
import { AttemptLimiter, personAttemptRules } from '../../gateway/model/attempts.ts'
import { connectPacket, startBroker, until } from '../broker/fixture.ts'

it('every limit that can be set is in the report, with what was counted', async () => {
  const config = loadConfig({ env: {}, flags: { 'limits.connections': 77 } })
  const fixture = await startBroker({ limits: { connectionsPerAddress: 2, wrongSignIns: 1 } })
  try {
    await fixture.device('bus-1')
    const guesser = await fixture.raw()
    guesser.send(connectPacket({ username: 'bus-2', password: 'wrong', client: 'c', clean: true, keepalive: 0 }))
    await until(() => guesser.closed)
    const port = { connections: 5, accepted: 9, held: 2, closedBy: { 'too many connections of one address': 3 } }
    const attempts = new AttemptLimiter({ rules: personAttemptRules })
    for (let wrong = 0; wrong < 5; wrong++) attempts.begin('li.wei', '10.0.0.1')
    attempts.begin('li.wei', '10.0.0.1')
    const { limits, contested, people } = limitReport(config, {
      broker: fixture.broker,
      pace: new RequestPace({ perToken: 1, perAddress: 1 }),
      http: new HttpConnections({ all: 1, perAddress: 1 }),
      attempts,
      rooms: { jt808_port: () => port, jt808: () => ({ connections: 1_000 }) },
    })
    const named = limits.map(({ setting }) => setting)
    expect(named).toEqual(expect.arrayContaining(Object.keys(config.limits).map(name => `limits.${name}`)))
    expect(new Set(named).size).toBe(named.length)
    const use = (setting: string): unknown => limits.find(each => each.setting === setting)
    expect(use('limits.connections')).toMatchObject({ most: 77, inUse: 1, beyond: 0 })
    expect(use('limits.wrongSignIns')).toMatchObject({ most: 10, inUse: 1 })
    expect(use('limits.longestLock')).toMatchObject({ most: 300_000 })
    expect(use('limits.messagesPerSecond')).toEqual({ setting: 'limits.messagesPerSecond', beyond: 0 })
    expect(use('links.connections')).toMatchObject({ most: 20_000, inUse: 5 })
    expect(use('links.connectionsPerAddress')).toMatchObject({ beyond: 3 })
    expect(contested).toEqual([])
    expect(people).toEqual({ lockedNames: 1, lockedAddresses: 0, slowedNames: 0, locks: 1, refused: 1 })
  } finally {
    await fixture.close()
  }
})
