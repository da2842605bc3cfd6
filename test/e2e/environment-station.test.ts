import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { readTime, timeText } from '../../devices/protocols/hj212/times.ts'
import { freePort } from '../chaos/chaos.ts'
import { SpokenStation } from '../links/hj212/stations.ts'
import { dataFolder, type GatewayProcess, startGateway } from '../support/gateway.ts'

const MINUTE = 60_000
let data: string
let gateway: GatewayProcess | undefined
const open: SpokenStation[] = []

afterEach(async () => {
  for (const { socket } of open.splice(0)) socket.destroy()
  await gateway?.stop()
  await rm(data, { recursive: true, force: true })
})

async function dial(port: number): Promise<SpokenStation> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  await once(socket, 'connect')
  const station = new SpokenStation(socket, '010000A8900016F000169DC0')
  open.push(station)
  return station
}

interface Latest {
  readonly values: Readonly<Record<string, { readonly value: number; readonly at: string; readonly quality?: string }>>
}

it('an environment station is registered, reports, and has the minutes fetched that the gateway missed while it was killed', async () => {
  data = await dataFolder()
  const port = await freePort()
  const command = ['serve', '--http', '0', '--mqtt', '0', '--hj212', String(port)]
  gateway = await startGateway({ data, command })
  const link = ['--link', 'hj212://010000A8900016F000169DC0']
  const added = await gateway.citygate('device', 'add', '--id', 'site-7', '--org', 'construction', '--model', 'hj212-worksite-dust', ...link)
  expect(added.code, added.stderr).toBe(0)

  const lastMinute = Math.floor(Date.now() / MINUTE) * MINUTE - MINUTE
  const seen = lastMinute - 9 * MINUTE
  let station = await dial(port)
  // The gateway knows a device within a second of its registration; until then the station is a stranger and is hung up on.
  await expect
    .poll(
      async () => {
        if (station.closed) station = await dial(port)
        station.minute(seen)
        return station.heard.length
      },
      { timeout: 10_000, interval: 300 },
    )
    .toBeGreaterThan(0)
  const latest = async (): Promise<Latest | undefined> => gateway?.get<Latest>('/devices/site-7/latest')
  await expect.poll(async () => (await latest())?.values.pm10Minute?.at, { timeout: 10_000 }).toBe(new Date(seen).toISOString())
  await gateway.kill('SIGKILL')

  gateway = await startGateway({ data, command })
  const back = await dial(port)
  back.minute(lastMinute)
  back.say('2011', `DataTime=${timeText(Date.now())};a34002-Rtd=88,a34002-Flag=D;LA-Rtd=61,LA-Flag=N`)
  await expect.poll(() => back.heardOf('2051').length, { timeout: 20_000 }).toBe(1)
  const [request] = back.heardOf('2051')
  const asked = [...(request?.cp ?? '').matchAll(/=(\d{14})/g)].map(match => readTime(match[1] ?? ''))
  expect(asked).toEqual([seen + MINUTE, lastMinute - MINUTE])
  back.say('9011', 'QnRtn=1', { qn: request?.qn, flag: 4 })
  for (let at = seen + MINUTE; at < lastMinute; at += MINUTE) back.minute(at, { qn: request?.qn, flag: 4 })
  back.say('9012', 'ExeRtn=1', { qn: request?.qn, flag: 4 })

  interface Rows {
    readonly rows: readonly { readonly at: string; readonly flags?: readonly string[] }[]
  }
  const rows = async (): Promise<Rows['rows']> => (await gateway?.get<Rows>('/devices/site-7/readings?from=-1h&fields=pm10Minute'))?.rows ?? []
  const minutes = Array.from({ length: 10 }, (_, n) => new Date(seen + n * MINUTE).toISOString())
  await expect.poll(async () => (await rows()).map(({ at }) => at), { timeout: 10_000 }).toEqual(minutes)
  for (const row of (await rows()).slice(1, -1)) expect(row.flags, row.at).toContain('historical')
  // What was fetched does not move the newest value back, and what the station says of a value stands beside it.
  await expect.poll(async () => (await latest())?.values.pm10, { timeout: 10_000 }).toMatchObject({ value: 88, quality: 'fault' })
  expect((await latest())?.values.pm10Minute?.at).toBe(new Date(lastMinute).toISOString())
  expect((await latest())?.values.noise?.quality).toBeUndefined()

  // An order by the command line reaches the station and ends as it says.
  const ordered = gateway.citygate('command', 'site-7', 'askInterval')
  await expect.poll(() => back.heardOf('1061').length, { timeout: 20_000 }).toBe(1)
  const qn = back.heardOf('1061')[0]?.qn
  back.say('1061', 'RtdInterval=30', { qn, flag: 4 })
  back.say('9012', 'ExeRtn=1', { qn, flag: 4 })
  expect(await ordered).toMatchObject({ code: 0, stdout: expect.stringContaining('confirmed: RtdInterval=30') })
}, 90_000)
