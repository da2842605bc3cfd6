import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type GatewayProcess, startGateway } from '../support/gateway.ts'

const cli = join(import.meta.dirname, '..', '..', 'gateway', 'cli', 'citygate.ts')

let gateway: GatewayProcess
let simulation: ReturnType<typeof spawn>

beforeAll(async () => {
  gateway = await startGateway({ command: ['serve', '--http', '0', '--mqtt', '0', '--dtu', '0'] })
  const port = /tcp:\/\/127\.0\.0\.1:(\d+)/.exec(gateway.output())?.[1]
  simulation = spawn(process.execPath, [cli, 'dtu', 'simulate', '--to', `127.0.0.1:${port}`, '--id', 'TRIAL-1', '--units', '1,3'], { stdio: 'ignore' })
})

afterAll(async () => {
  simulation.kill()
  await gateway.stop()
})

interface List {
  readonly dtus: readonly { readonly id: string; readonly state: string; readonly devices: number }[]
}

async function list(): Promise<List> {
  return JSON.parse((await gateway.citygate('dtu', 'list', '--json')).stdout) as List
}

it('finds a DTU that dialled in, looks at what is behind it, adopts a meter and has its values', async () => {
  await expect.poll(list, { timeout: 20_000, interval: 500 }).toMatchObject({ dtus: [{ id: 'TRIAL-1', state: 'waiting' }] })
  const probed = await gateway.citygate('dtu', 'probe', 'TRIAL-1', '--last', '3', '--json')
  expect(JSON.parse(probed.stdout)).toMatchObject({ state: 'done', asked: 3, found: [{ address: '1' }, { address: '3' }] })
  const adopted = await gateway.citygate('dtu', 'adopt', 'TRIAL-1', '--model', 'eastron-sdm630', '--org', 'demo', '--unit', '3')
  expect(adopted).toMatchObject({ code: 0, stdout: expect.stringContaining('dtu://TRIAL-1, unit 3') })
  expect((await list()).dtus).toMatchObject([{ id: 'TRIAL-1', state: 'attached', devices: 1 }])
  await expect
    .poll(() => gateway.get<{ stored: number }>('/devices/TRIAL-1-3/account').then(({ stored }) => stored), { timeout: 20_000, interval: 300 })
    .toBeGreaterThan(0)
  expect(await gateway.citygate('dtu', 'probe', 'NOBODY-1')).toMatchObject({ code: 1, stderr: expect.stringContaining('DEVICE_UNKNOWN') })
}, 60_000)
