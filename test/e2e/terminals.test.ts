import { rm } from 'node:fs/promises'
import { afterEach, expect, it } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import type { LinkFleet } from '../../devices/simulators/link-fleet.ts'
import { linkFleets } from '../../devices/simulators/link-fleets.ts'
import { enrol } from '../../gateway/cli/simulated-enrolment.ts'
import { dataFolder, type GatewayProcess, startGateway } from '../support/gateway.ts'

let data: string
let gateway: GatewayProcess | undefined
let fleet: LinkFleet | undefined

afterEach(async () => {
  await fleet?.stop()
  await gateway?.stop()
  await rm(data, { recursive: true, force: true })
})

interface Given {
  readonly id: number
  readonly state: string
  readonly detail?: string
}

it('vehicle terminals dial in to a gateway: their readings are served, and they do what they are told', async () => {
  data = await dataFolder()
  const running = await startGateway({ data, command: ['serve', '--http', '0', '--mqtt', '0', '--jt808', '0'] })
  gateway = running
  const port = Number(/jt808:\/\/127\.0\.0\.1:(\d+)/.exec(running.output())?.[1])
  const entry = linkFleets.find(({ id }) => id === 'jt808') ?? expect.unreachable()
  fleet = entry.make({ seed: 'e2e', count: 4, rate: 2, host: '127.0.0.1', port, now: Date.now, catalogue: await loadCatalogue({}) })
  await enrol(data, fleet.enrolments)
  await fleet.start()
  await expect.poll(() => fleet?.stats().acknowledged, { timeout: 15_000 }).toBeGreaterThan(10)

  const [bus, , vehicle] = fleet.enrolments.map(({ device }) => device.id)
  const kindOf = async (id: string | undefined): Promise<string | undefined> => (await running.get<{ kind?: string }>(`/devices/${id}`)).kind
  expect([await kindOf(bus), await kindOf(vehicle)]).toEqual(['bus', 'vehicle'])
  const values = async (): Promise<object> => (await running.get<{ values: object }>(`/devices/${vehicle}/latest`)).values
  await expect.poll(values, { timeout: 5_000 }).toMatchObject({ ignition: { value: true }, alarms: { value: '' }, satellites: {}, odometer: {} })

  const give = async (name: string, value?: number | string): Promise<Given> => {
    const body = JSON.stringify({ name, ...(value !== undefined && { value }), expiresInSeconds: 20 })
    const answer = await fetch(`${running.http}/api/v1/devices/${vehicle}/commands`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    return (await answer.json()) as Given
  }
  for (const [name, value] of [
    ['location', undefined],
    ['text', '请减速慢行'],
    ['reportInterval', 5],
  ] as const) {
    const { id } = await give(name, value)
    await expect.poll(async () => (await running.get<Given>(`/devices/${vehicle}/commands/${id}`)).state, { timeout: 10_000 }).toBe('confirmed')
  }
  expect(await give('doorLocked')).toMatchObject({ code: 'COMMAND_INVALID' })
  const { entries } = await running.get<{ entries: object[] }>(`/audit?subject=device:${vehicle}&action=command`)
  expect(entries).toMatchObject([
    { action: 'command.give', actor: { type: 'person', address: '127.0.0.1' }, after: { name: 'reportInterval', value: 5 } },
    { after: { name: 'text', value: '请减速慢行' } },
    { after: { name: 'location' } },
  ])
  const rejected = async (): Promise<number> => (await running.get<{ rejected: number }>('/account')).rejected
  expect(await rejected()).toBe(0)
}, 60_000)
