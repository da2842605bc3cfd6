import { existsSync } from 'node:fs'
import { z } from 'zod'
import { AccountSchema, ClockSchema } from '../api/schemas.ts'
import type { Config } from '../config/config.ts'
import { JournalArchive } from '../journal/archive.ts'
import type { DeviceClock } from '../model/clock.ts'
import type { Device } from '../model/device.ts'
import { GatewayError } from '../model/errors.ts'
import { DataFolder } from '../ops/data-folder.ts'
import { AccountFile } from '../pipeline/account-file.ts'
import { DecodingFacts } from '../pipeline/decoding-facts.ts'
import { accountOf, addTally, emptyTally, type Tally } from '../pipeline/tally.ts'
import { gatewayFetch } from './gateway-fetch.ts'

type AccountJson = z.output<typeof AccountSchema>
type ClockJson = z.output<typeof ClockSchema>

/** The account of one device, with what helps to understand it. */
export interface DeviceAccount {
  readonly device: string
  readonly account: AccountJson
  readonly clock?: ClockJson | undefined
  /** The newest rejected frames. */
  readonly rejected: readonly { readonly receivedAt: string; readonly reason: string; readonly detail: string }[]
}

/** The account of all devices. */
export interface WholeAccount {
  readonly total: AccountJson
  readonly orgs: readonly { readonly org: string; readonly devices: number; readonly account: AccountJson }[]
  readonly clocks: readonly { readonly device: string; readonly org: string; readonly clock: ClockJson }[]
}

/** Where accounts are read. */
export interface AccountSource {
  /** For people: what was asked. */
  readonly name: string
  of(device: string): Promise<DeviceAccount>
  all(): Promise<WholeAccount>
  close(): Promise<void>
}

const ANSWER_MS = 10_000
const SHOWN_REJECTED = 5

const OrgsSchema = z.object({ orgs: z.array(z.object({ org: z.string(), devices: z.number(), account: AccountSchema })) })
const ClocksSchema = z.object({ clocks: z.array(z.object({ device: z.string(), org: z.string(), clock: ClockSchema })) })
const DeviceClockSchema = z.object({ clock: ClockSchema.optional() })
const RejectedSchema = z.object({ frames: z.array(z.object({ receivedAt: z.string(), reason: z.string(), detail: z.string() })) })

/** The gateway that runs on the data folder, if one does and lets this user ask. */
export async function runningGateway(config: Config): Promise<AccountSource | undefined> {
  const address = new DataFolder(config.data).announced()?.http.replace(/\/\/(0\.0\.0\.0|::|\[::\])(?=:)/, '//127.0.0.1')
  if (address === undefined) return undefined
  const get = async <S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> => {
    const answer = await gatewayFetch(config, `${address}/api/v1${path}`, { signal: AbortSignal.timeout(ANSWER_MS) })
    if (answer.status === 404) throw new GatewayError('DEVICE_UNKNOWN', 'there is no such device; citygate device list shows those that are registered')
    if (!answer.ok) throw new GatewayError('LINK_FAILED', `the gateway at ${address} answers ${answer.status} to ${path}`)
    return schema.parse(await answer.json())
  }
  try {
    await get('/account', AccountSchema)
  } catch {
    // It was killed and left its address behind, or it asks for a token. Its files tell the same, but what was decided in the last seconds is pending there.
    return undefined
  }
  return {
    name: `the gateway at ${address}`,
    all: async () => {
      const total = await get('/account', AccountSchema)
      return { total, ...(await get('/account/orgs', OrgsSchema)), ...(await get('/clocks', ClocksSchema)) }
    },
    of: async device => {
      const account = await get(`/devices/${device}/account`, AccountSchema)
      const { clock } = await get(`/devices/${device}`, DeviceClockSchema)
      const { frames } = await get(`/devices/${device}/rejected?limit=${SHOWN_REJECTED}`, RejectedSchema)
      return { device, account, clock, rejected: frames }
    },
    close: () => Promise.resolve(),
  }
}

/** The files of the data folder: the book as it was kept last, and what stands in the journal behind it. Changes nothing. */
export async function accountFiles(config: Config, devices: ReadonlyMap<string, Device>): Promise<AccountSource> {
  const data = new DataFolder(config.data)
  const path = data.file('account.db')
  if (!existsSync(path)) throw new GatewayError('DATA_FOLDER_UNUSABLE', `there is no account yet: ${path} does not exist (is --data right?)`)
  const file = new AccountFile(path)
  const { tallies, next = 0, base = 0, lost } = file.look()
  const received = (device: string): Tally => {
    const tally = tallies.get(device) ?? emptyTally()
    tallies.set(device, tally)
    return tally
  }
  for await (const { frames } of new JournalArchive(data.file('journal')).parts({ from: Math.max(next, base) })) {
    for (const { device, offset, receivedAt } of frames) {
      if (offset < next) continue
      const tally = received(device)
      tally.received++
      tally.lastReceivedAt = receivedAt
    }
  }
  const clocks = readClocks(data.file('decoding.db'), config.series.retentionDays)
  return {
    name: `the files of ${config.data}`,
    all: async () => ({
      total: { ...json(sumOf(tallies.values())), ...(lost > 0 && { lost }) },
      orgs: orgsOf(devices, tallies),
      clocks: clocks
        .flatMap(clock => {
          const device = devices.get(clock.device)
          return device ? [{ device: device.id, org: device.org, clock: clockJson(clock) }] : []
        })
        .sort((a, b) => Math.abs(b.clock.offsetSeconds) - Math.abs(a.clock.offsetSeconds)),
    }),
    of: async device => {
      const tally = tallies.get(device)
      if (!tally && !devices.has(device)) throw new GatewayError('DEVICE_UNKNOWN', `there is no device ${device}, and none ever sent under this id`)
      const clock = clocks.find(one => one.device === device)
      const rejected = file.rejected(device, Number.MAX_SAFE_INTEGER, SHOWN_REJECTED)
      return {
        device,
        account: json(tally ?? emptyTally()),
        clock: clock && clockJson(clock),
        rejected: rejected.map(frame => ({ receivedAt: new Date(frame.receivedAt).toISOString(), reason: frame.reason, detail: frame.detail })),
      }
    },
    close: () => file.close(),
  }
}

function orgsOf(devices: ReadonlyMap<string, Device>, tallies: ReadonlyMap<string, Tally>): WholeAccount['orgs'] {
  const byOrg = Map.groupBy(devices.values(), device => device.org)
  return Array.from(byOrg, ([org, list]) => ({
    org,
    devices: list.length,
    account: json(sumOf(list.flatMap(device => tallies.get(device.id) ?? []))),
  })).sort((a, b) => (a.org < b.org ? -1 : 1))
}

function sumOf(tallies: Iterable<Tally>): Tally {
  const sum = emptyTally()
  for (const tally of tallies) addTally(sum, tally)
  return sum
}

function json(tally: Tally): AccountJson {
  const { lastReceivedAt, rejectedBy, ...rest } = accountOf(tally)
  return { ...rest, rejectedBy: { ...rejectedBy }, ...(lastReceivedAt !== undefined && { lastReceivedAt: new Date(lastReceivedAt).toISOString() }) }
}

function clockJson({ fault, offsetMs, since }: DeviceClock): ClockJson {
  return { fault, offsetSeconds: Math.round(offsetMs / 100) / 10, since: new Date(since).toISOString() }
}

function readClocks(path: string, retentionDays: number): readonly DeviceClock[] {
  if (!existsSync(path)) return []
  const facts = new DecodingFacts({ path, retentionDays })
  facts.look()
  const clocks = [...facts.clocks.all()]
  facts.close()
  return clocks
}
