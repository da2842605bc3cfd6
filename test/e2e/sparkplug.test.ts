import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type GatewayProcess, startGateway } from '../support/gateway.ts'

let gateway: GatewayProcess

beforeAll(async () => {
  gateway = await startGateway()
})

afterAll(() => gateway?.stop())

it('simulated edge nodes are born, report by alias, and are stored and seen', async () => {
  const words = ['--protocol', 'sparkplug', '--count', '5', '--rate', '2', '--to', `127.0.0.1:${gateway.mqttPort}`, '--data', gateway.data, '--duration', '10']
  const simulated = gateway.citygate('simulate', ...words)
  await vi.waitFor(async () => {
    const latest = await gateway.get<{ values: { voltageL1?: { value: number } } }>('/devices/sim-sparkplug-00005/latest')
    expect(latest.values.voltageL1?.value).toBeGreaterThan(200)
  }, 20_000)
  const { code, stdout } = await simulated
  expect(code, stdout).toBe(0)
  const summary = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as { acknowledged: number; published: number }
  expect(summary.acknowledged).toBeGreaterThan(20)
  const account = async (): Promise<{ received: number; stored: number; rejected: number; pending: number }> => gateway.get('/account')
  await vi.waitFor(async () => expect((await account()).pending).toBe(0), 10_000)
  const { stored, rejected } = await account()
  expect(rejected).toBe(0)
  expect(stored).toBeGreaterThanOrEqual(summary.acknowledged)
}, 60_000)
