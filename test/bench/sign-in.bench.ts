/**
 * What it costs to let in whoever belongs here: ten thousand devices that connect and sign in at one time, after a power cut, beside raw Aedes which asks nobody anything; what a sign-in
 * and the rights to a message cost by themselves. `--quick`: two rounds of two thousand. Prints figures, asserts nothing but that everybody got in.
 */

import { defaultBrokerLimits } from '../../gateway/broker/limits.ts'
import { signIn } from '../../gateway/broker/sign-in.ts'
import { SignInGuard } from '../../gateway/broker/sign-in-guard.ts'
import { mayPublish, mayReceive } from '../../gateway/broker/topic-rights.ts'
import type { Principal } from '../../gateway/model/access.ts'
import { RegistryMemory } from '../../gateway/registry/memory.ts'
import { hashSecret, newSecret } from '../../gateway/registry/secrets.ts'
import { MemoryLog } from '../support/log.ts'
import { median } from './figures.ts'
import { gatewayFor, SECRET } from './gateway-contender.ts'
import { pinDriver, script, startDriving, startTaking, usage } from './processes.ts'

const quick = process.argv.includes('--quick')
const DEVICES = quick ? 2_000 : 10_000
const ROUNDS = quick ? 2 : 5
const PREFIX = 'crowd-'

interface Crowd {
  readonly lastMs: number
  readonly medianMs: number
  readonly refused: number
  /** Of the broker, from the first connection to the last CONNACK. */
  readonly cpuSeconds: number
}

pinDriver()
const [aedes, citygate]: [Crowd[], Crowd[]] = [[], []]
for (let round = 0; round < ROUNDS; round++) {
  const broker = await startTaking(script('aedes-raw.ts'))
  aedes.push(await crowd(broker.pid, Number(broker.firstLine), '-'))
  await broker.kill()
  const gateway = await gatewayFor({ connections: DEVICES, devicesEach: 1, prefix: PREFIX })
  citygate.push(await crowd(gateway.pid, gateway.mqttPort, SECRET))
  await gateway.drop()
}
console.log(`${DEVICES} devices connect and sign in at one time, medians of ${ROUNDS} rounds in turns`)
tell('raw Aedes, no check', aedes)
tell('Citygate', citygate)
console.log('')
rights()

/** All of them, in a process of their own. */
async function crowd(pid: number, port: number, secret: string): Promise<Crowd> {
  const devices = await startDriving(script('crowd.ts', String(port), String(DEVICES), PREFIX, secret))
  try {
    const before = usage(pid).cpuSeconds
    devices.tell('go')
    const told: Omit<Crowd, 'cpuSeconds'> = JSON.parse(await devices.nextLine())
    const cpuSeconds = usage(pid).cpuSeconds - before
    if (told.refused > 0) throw new Error(`${told.refused} of ${DEVICES} were refused`)
    return { ...told, cpuSeconds }
  } finally {
    await devices.kill()
  }
}

function tell(who: string, rounds: readonly Crowd[]): void {
  const of = (figure: (round: Crowd) => number): number => median(rounds.map(figure))
  console.log(
    `${who.padEnd(22)} last CONNACK after ${of(({ lastMs }) => lastMs).toFixed(0)} ms (${rounds.map(({ lastMs }) => lastMs.toFixed(0)).join(', ')}), half after ${of(
      ({ medianMs }) => medianMs,
    ).toFixed(
      0,
    )} ms; ${of(({ cpuSeconds }) => cpuSeconds).toFixed(2)} s of processor time, ${((of(({ cpuSeconds }) => cpuSeconds) / DEVICES) * 1e6).toFixed(0)} µs each`,
  )
}

/** Each check by itself, over many devices, so that no cache of a single one flatters it. */
function rights(): void {
  const directory = new RegistryMemory(new MemoryLog(), Date.now)
  const ids = Array.from({ length: DEVICES }, (_, n) => `${PREFIX}${String(n).padStart(5, '0')}`)
  const secrets = new Map(ids.map(id => [id, newSecret()]))
  const records = ids.map(id => ({ device: { id, org: 'bench', model: 'citygate-bus-unit' }, secret: { current: hashSecret(secrets.get(id) ?? '') } }))
  directory.replace(records, [])
  const guard = new SignInGuard({ limits: { ...defaultBrokerLimits, signInsPerAddressPerSecond: 1e9 }, directory })
  const packets = ids.map(id => ({ clientId: id, clean: true, username: id, password: Buffer.from(secrets.get(id) ?? '') }))
  const desk = { directory, authenticator: directory, tickets: { issue: noTicket, check: () => undefined, holds: () => false }, now: Date.now }
  const devices = ids.map((device): Principal => ({ type: 'device', device }))
  const token: Principal = { type: 'token', id: 't1', org: 'bench', kind: 'bus' }
  const up = ids.map(id => `up/${id}/telemetry`)
  const city = ids.map(id => `city/v1/bench/bus/${id}/reading`)
  const foreign = ids.map(id => `city/v1/elsewhere/bus/${id}/reading`)
  const at = <T>(list: readonly T[], n: number): T => {
    const item = list[n % list.length]
    if (item === undefined) throw new Error('an empty list')
    return item
  }
  const must = (holds: boolean): void => {
    if (!holds) throw new Error('a check answered wrongly')
  }
  print('a right secret checked (SHA-256, constant time)', n => must(directory.device(at(ids, n), secrets.get(at(ids, n)) ?? '') !== undefined), 200_000)
  print(
    'a whole sign-in: pace, lock-out, secret, session',
    n => {
      const packet = at(packets, n)
      must(guard.wait('192.0.2.1') === 0)
      const attempt = guard.begin(packet, '192.0.2.1')
      if (!attempt.allowed) throw new Error('locked')
      must(signIn(packet, desk, '192.0.2.1').ok)
      attempt.right()
    },
    200_000,
  )
  print('mayPublish, its own topic (asked once a topic and client)', n => must(mayPublish(at(devices, n), at(up, n), directory).allowed), 2_000_000)
  print("mayPublish, another's topic", n => must(!mayPublish(at(devices, n), at(up, n + 1), directory).allowed), 2_000_000)
  print('mayReceive, a token and a message of its organisation', n => must(mayReceive(token, at(city, n), directory)), 2_000_000)
  print('mayReceive, a token and a message of another', n => must(!mayReceive(token, at(foreign, n), directory)), 2_000_000)
}

function print(what: string, check: (n: number) => void, times: number): void {
  const ns: number[] = []
  for (let round = 0; round < 5; round++) {
    const begin = process.threadCpuUsage()
    for (let n = 0; n < times; n++) check(n)
    const { user, system } = process.threadCpuUsage(begin)
    ns.push(((user + system) * 1e3) / times)
  }
  console.log(`${what.padEnd(62)} ${median(ns).toFixed(0).padStart(6)} ns`)
}

function noTicket(): never {
  throw new Error('there are no tickets here')
}
