import type { Kysely, Selectable, Transaction } from 'kysely'
import type { Deed } from '../../model/audit.ts'
import type { Device } from '../../model/device.ts'
import { GatewayError } from '../../model/errors.ts'
import type { Decides, Newcomer } from '../../model/first-contact.ts'
import type { DeviceId } from '../../model/ids.ts'
import { chunks } from '../reading-changes.ts'
import type { RegistrySchema } from '../schema.ts'
import { hashSecret, type SecretHash, secretMatches } from '../secrets.ts'
import type { Writing } from '../write.ts'
import { recorded } from '../write.ts'
import { addHashed } from '../writing.ts'
import { type KnownKey, usesOf } from './keys.ts'

/** A device that came with a key that is right. */
export interface ArrivedDevice {
  readonly id: DeviceId
  readonly own: string
  readonly address: string
  readonly key: KnownKey
}

/** `registered`: it may sign in now. `used-up`: its key has brought as many as it may. `full`: so many wait that no more are taken. */
export type Outcome = 'registered' | 'waiting' | 'refused' | 'used-up' | 'full'

/** What the list may grow to. */
export interface WaitingLimits {
  readonly mostWaiting: number
  /** One that has not come again for so long is forgotten. */
  readonly forgetAfterMs: number
}

/** Counted up to here: nobody reads more. */
const mostContested = 1_000_000

type Row = Selectable<RegistrySchema['newcomer']>

/** Decides about devices that came: registers those whose key says so, lets the others wait. Answers what became of each. */
export async function takeArrivals(writing: Writing, arrivals: readonly ArrivedDevice[], limits: WaitingLimits): Promise<ReadonlyMap<DeviceId, Outcome>> {
  const outcomes = new Map<DeviceId, Outcome>()
  await recorded(writing, async transaction => {
    const ids = arrivals.map(({ id }) => id)
    await transaction
      .deleteFrom('newcomer')
      .where('state', '!=', 'accepted')
      .where('last_at', '<', writing.now - limits.forgetAfterMs)
      .execute()
    const registered = new Set((await transaction.selectFrom('device').select('id').where('id', 'in', ids).execute()).map(({ id }) => id))
    const known = new Map((await transaction.selectFrom('newcomer').selectAll().where('device', 'in', ids).execute()).map(row => [row.device, row]))
    const uses = await usesOf(transaction)
    let waiting = await countWaiting(transaction)
    const accepted: { readonly device: Device; readonly secret: SecretHash }[] = []
    const deeds: Deed[] = []
    for (const arrival of arrivals) {
      const { id, key } = arrival
      const before = known.get(id)
      if (registered.has(id)) outcomes.set(id, 'registered')
      else if (before && before.state !== 'accepted') outcomes.set(id, await again(transaction, before, arrival, writing.now))
      else if (before === undefined && (uses.get(key.id) ?? 0) >= key.most) outcomes.set(id, 'used-up')
      else if (before === undefined && key.accept) {
        const secret = await put(transaction, arrival, 'accepted', writing.now)
        accepted.push({ device: deviceOf(arrival), secret })
        uses.set(key.id, (uses.get(key.id) ?? 0) + 1)
        outcomes.set(id, 'registered')
      } else if (waiting >= limits.mostWaiting) outcomes.set(id, 'full')
      else {
        // One that was registered once and was removed since does not come back by itself.
        if (before) await transaction.deleteFrom('newcomer').where('device', '=', id).execute()
        await put(transaction, arrival, 'waiting', writing.now)
        waiting += 1
        uses.set(key.id, (uses.get(key.id) ?? 0) + 1)
        outcomes.set(id, 'waiting')
        deeds.push({ action: 'enrolment.wait', subject: `enrolment:${id}`, org: key.org, after: { model: key.model, key: key.id, address: arrival.address } })
      }
    }
    return [...deeds, ...(await addHashed(transaction, accepted, writing.now))]
  })
  return outcomes
}

/** Registers devices that wait, or were refused, with the secret each came with. */
export async function approveNewcomers(writing: Writing, ids: readonly DeviceId[], decides: Decides): Promise<readonly Device[]> {
  const devices: Device[] = []
  await recorded(writing, async transaction => {
    const found = await openOnes(transaction, ids, decides)
    const approved = found.map(({ row, org, model }) => ({ device: { id: row.device, org, model }, secret: { salt: row.salt, hash: row.hash } }))
    const deeds = await addHashed(transaction, approved, writing.now)
    await mark(transaction, ids, 'accepted')
    devices.push(...approved.map(({ device }) => device))
    return [
      ...found.map(({ row, org }) => ({ action: 'enrolment.approve', subject: `enrolment:${row.device}`, org, after: { key: row.provisioning } })),
      ...deeds,
    ]
  })
  return devices
}

/** Refuses devices that wait. */
export async function refuseNewcomers(writing: Writing, ids: readonly DeviceId[], decides: Decides): Promise<void> {
  await recorded(writing, async transaction => {
    const found = await openOnes(transaction, ids, decides)
    await mark(transaction, ids, 'refused')
    return found.map(({ row, org }) => ({ action: 'enrolment.refuse', subject: `enrolment:${row.device}`, org, after: { key: row.provisioning } }))
  })
}

/** Those that wait or were refused, in the order in which they came. */
export async function readNewcomers(db: Kysely<RegistrySchema>): Promise<readonly Newcomer[]> {
  const rows = await joined(db).where('newcomer.state', '!=', 'accepted').orderBy('newcomer.first_at').orderBy('newcomer.device').execute()
  return rows.map(row => ({
    device: row.device,
    org: row.org,
    model: row.model,
    key: row.provisioning,
    state: row.state === 'refused' ? 'refused' : 'waiting',
    firstAt: row.first_at,
    lastAt: row.last_at,
    address: row.address,
    contested: row.contested,
  }))
}

/** One that is on the list already: only that it came is new. Whoever comes with its name and another secret changes nothing but the count. */
async function again(transaction: Transaction<RegistrySchema>, row: Row, { id, own, address }: ArrivedDevice, now: number): Promise<Outcome> {
  const same = secretMatches(own, row)
  await transaction
    .updateTable('newcomer')
    .set(same ? { last_at: now, address } : { contested: Math.min(row.contested + 1, mostContested) })
    .where('device', '=', id)
    .execute()
  return row.state === 'refused' ? 'refused' : 'waiting'
}

async function put(
  transaction: Transaction<RegistrySchema>,
  { id, own, address, key }: ArrivedDevice,
  state: 'waiting' | 'accepted',
  now: number,
): Promise<SecretHash> {
  const secret = hashSecret(own)
  await transaction
    .insertInto('newcomer')
    .values({ device: id, provisioning: key.id, state, ...secret, address, first_at: now, last_at: now, contested: 0 })
    .execute()
  return secret
}

function deviceOf({ id, key: { org, model } }: ArrivedDevice): Device {
  return { id, org, model }
}

async function openOnes(transaction: Transaction<RegistrySchema>, ids: readonly DeviceId[], decides: Decides) {
  const rows = []
  for (const part of chunks(ids)) {
    const found = await joined(transaction).where('newcomer.device', 'in', part).where('newcomer.state', '!=', 'accepted').execute()
    rows.push(...found.filter(({ org }) => decides(org)))
  }
  const known = new Set(rows.map(({ device }) => device))
  const unknown = ids.filter(id => !known.has(id))
  if (unknown.length > 0)
    throw new GatewayError('ENROLMENT_UNKNOWN', `no device ${unknown.slice(0, 10).join(', ')} waits to be enrolled: 'citygate enrolment list' shows which do`)
  return rows.map(({ org, model, ...row }) => ({ row, org, model }))
}

function joined(db: Kysely<RegistrySchema>) {
  return db
    .selectFrom('newcomer')
    .innerJoin('provisioning', 'provisioning.id', 'newcomer.provisioning')
    .selectAll('newcomer')
    .select(['provisioning.org', 'provisioning.model'])
}

async function mark(transaction: Transaction<RegistrySchema>, ids: readonly DeviceId[], state: 'accepted' | 'refused'): Promise<void> {
  for (const part of chunks(ids)) await transaction.updateTable('newcomer').set({ state }).where('device', 'in', part).execute()
}

async function countWaiting(transaction: Transaction<RegistrySchema>): Promise<number> {
  const { count } = await transaction
    .selectFrom('newcomer')
    .select(all => all.fn.countAll().as('count'))
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow()
  return Number(count)
}
