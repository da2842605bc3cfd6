import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Aedes } from 'aedes'
import { Command, CommanderError } from 'commander'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readFleet } from '../../devices/simulators/fleet-file.ts'
import { register } from '../../gateway/cli/simulate.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { silent } from '../links/fixtures.ts'
import { tester } from '../support/tester.ts'

const cli = join(import.meta.dirname, '..', '..', 'gateway', 'cli', 'citygate.ts')
const cleanUp: (() => Promise<unknown>)[] = []
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'citygate-simulate-'))
  cleanUp.push(() => rm(folder, { recursive: true, force: true }))
})
afterEach(async () => {
  for (const done of cleanUp.splice(0).reverse()) await done()
})

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts `citygate simulate …`; `ended` tells how it went. */
function simulate(...args: readonly string[]): { readonly ended: Promise<Ended>; readonly said: () => string; readonly interrupt: () => void } {
  const child = spawn(process.execPath, [cli, 'simulate', ...args], { cwd: folder })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', chunk => (stdout += chunk))
  child.stderr.on('data', chunk => (stderr += chunk))
  cleanUp.push(async () => child.exitCode === null && child.kill('SIGKILL'))
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, stdout, stderr }))
  return { ended, said: () => stderr, interrupt: () => child.kill('SIGINT') }
}

async function listen(handle: Parameters<typeof createServer>[1]): Promise<number> {
  const server = createServer(handle)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  cleanUp.push(() => new Promise(resolve => server.close(resolve)))
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

async function freePort(): Promise<number> {
  const port = await listen(() => undefined)
  await cleanUp.pop()?.()
  return port
}

/** A broker that knows these secrets and no others. */
async function broker(secrets: ReadonlyMap<string, string>): Promise<number> {
  const aedes = await Aedes.createBroker()
  aedes.authenticate = (_, username, password, done) => done(null, secrets.get(username ?? '') === password?.toString())
  const port = await listen(socket => void aedes.handle(socket))
  cleanUp.push(() => new Promise<void>(resolve => aedes.close(() => resolve())))
  return port
}

const few = ['--buses', '3', '--meters', '4', '--worksites', '2']

describe('citygate simulate', () => {
  it('writes a fleet, and drives with it any gateway that was given it', async () => {
    const file = join(folder, 'fleet.jsonl')
    const modbus = String(await freePort())
    const written = await simulate('--write-fleet', file, ...few, '--seed', 'fleet', '--modbus-port', modbus).ended
    expect(written).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(written.stdout)).toEqual({ written: file, devices: 9 })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const { enrolments } = await readFleet(file)
    expect(enrolments[3]?.device.link).toEqual({ url: `modbus-tcp://127.0.0.1:${modbus}`, unit: 1 })
    const port = await broker(new Map(enrolments.map(({ device, secret }) => [device.id, secret])))
    const { code, stdout, stderr } = await simulate('--fleet', file, '--mqtt', `127.0.0.1:${port}`, '--rate', '5', '--duration', '3').ended
    expect(code).toBe(0)
    const summary = JSON.parse(stdout)
    expect(summary).toMatchObject({
      seed: 'fleet',
      buses: 3,
      meters: 4,
      worksites: 2,
      rate: 5,
      connected: 6,
      connections: 6,
      devices: 9,
      pending: 0,
      reconnects: 0,
    })
    expect(summary.acknowledged).toBeGreaterThan(20)
    expect(summary.acknowledged).toBe(summary.published)
    expect(stderr).toMatch(/^2 s {2}connected 6\/6 {2}sent \d+ {2}acknowledged \d+/m)
    for (const { secret } of enrolments) expect(stdout + stderr).not.toContain(secret)
  })

  it('does not write over a fleet', async () => {
    const file = join(folder, 'fleet.jsonl')
    await writeFile(file, 'precious')
    expect(await simulate('--write-fleet', file, ...few).ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/^SIMULATION_FAILED: .* it exists/) })
    expect(await readFile(file, 'utf8')).toBe('precious')
  })

  it('enrols into a data folder, in place of the devices of an earlier run, and stops on SIGINT with its summary', async () => {
    const args = ['--data', folder, '--mqtt', '127.0.0.1:1', ...few, '--meters', '0']
    expect((await simulate(...args, '--buses', '5', '--enrol-only').ended).stdout).toBe(`{"enrolled":7,"data":"${folder}"}\n`)
    const running = simulate(...args)
    await vi.waitFor(() => expect(running.said()).toMatch(/connected 0\/5/), { timeout: 20_000 })
    const began = performance.now()
    running.interrupt()
    const { code, stdout, stderr } = await running.ended
    expect(performance.now() - began).toBeLessThan(4000)
    expect(JSON.parse(stdout)).toMatchObject({ acknowledged: 0, connections: 5 })
    expect(code).toBe(1)
    expect(stderr).toMatch(/nothing was acknowledged by mqtt:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/)
    const registry = new Registry({ file: join(folder, 'registry.db'), log: silent, now: Date.now })
    await registry.start()
    cleanUp.push(() => registry.stop())
    expect([...registry.all()].every(device => device.simulated)).toBe(true)
    expect(registry.get('sim-bus-0003')).toMatchObject({ org: 'pudong-bus', name: expect.stringMatching(/^SYN-1 · 03$/) })
  })

  it('leaves a device alone that is not simulated', async () => {
    const registry = new Registry({ file: join(folder, 'registry.db'), log: silent, now: Date.now })
    await registry.start()
    cleanUp.push(() => registry.stop())
    await registry.as(tester).addDevice({ id: 'sim-bus-0002', org: 'real', model: 'citygate-bus-unit' }, 'a-secret-that-is-long-enough')
    const ended = await simulate('--data', folder, '--enrol-only', ...few).ended
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/^DEVICE_EXISTS: sim-bus-0002/) })
    expect(registry.size).toBe(1)
  })

  it('drives one protocol, and says where nobody answered', async () => {
    const to = `127.0.0.1:${await freePort()}`
    const enrolled = await simulate('--protocol', 'jt808', '--count', '3', '--data', folder, '--enrol-only').ended
    expect(enrolled).toMatchObject({ code: 0, stdout: `{"enrolled":3,"data":"${folder}"}\n` })
    const ended = await simulate('--protocol', 'jt808', '--count', '3', '--data', folder, '--to', to, '--duration', '1').ended
    expect(JSON.parse(ended.stdout)).toMatchObject({ protocol: 'jt808', count: 3, connected: 0, acknowledged: 0 })
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining(`nothing was acknowledged by ${to}: `) })
  })

  it('says which port is taken', async () => {
    const port = await listen(() => undefined)
    const ended = await simulate('--data', folder, '--meters', '2', '--modbus-port', String(port)).ended
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(new RegExp(`^PORT_IN_USE: .*${port}.*--modbus-port`)) })
  })

  it.each([
    [['--buses', 'many', '--data', '.'], /--buses.*'many' is invalid\. Expected a whole number/],
    [['--rate', '0', '--data', '.'], /--rate.*Expected a number above 0/],
    [['--mqtt', 'http://x', '--data', '.'], /--mqtt.*Expected HOST:PORT/],
    [['--mqtt', 'mqtt://a:b@x', '--data', '.'], /leave name and password out/],
    [['--duration', '-3', '--data', '.'], /--duration.*Expected a number above 0/],
    [[], /the gateway does not know these devices: give --data/],
    [['--protocol', 'morse'], /no simulated devices of 'morse': expected one of jt808/],
    [['--protocol', 'jt808', '--buses', '3'], /--buses is about a city: leave it out, or --protocol/],
    [['--protocol', 'jt808', '--enrol-only'], /--enrol-only needs --data/],
    [['--fleet', 'f', '--seed', '2'], /--seed stands in the fleet file already/],
    [['--cafile', 'ca.pem', '--data', '.'], /--cafile is about TLS: give --mqtt as mqtts:/],
    [['--enrol-only', '--fleet', 'f'], /--enrol-only needs --data/],
    [['--write-fleet', 'f', '--data', '.'], /--write-fleet stands alone/],
    [['--busses', '3'], /unknown option '--busses'/],
  ])('refuses %j', async (args, message) => {
    let said = ''
    const program = new Command('citygate').exitOverride().configureOutput({ writeErr: text => (said += text) })
    register(program)
    await expect(program.parseAsync(['simulate', ...args], { from: 'user' })).rejects.toBeInstanceOf(CommanderError)
    expect(said).toMatch(message)
  })

  it.each([
    ['', /fleet\.jsonl is empty/],
    ['no json', /fleet\.jsonl:1: no JSON/],
    ['{"fleet":{"seed":"1"}}', /fleet\.jsonl:1: fleet\.buses: /],
    [
      '{"fleet":{"buses":1,"meters":0,"worksites":0,"seed":"1","modbusHost":"h","modbusPort":1}}\n{"id":"sim-bus-0001","secret":"s3cret"}',
      /fleet\.jsonl:2: org: /,
    ],
    ['{"fleet":{"buses":1,"meters":0,"worksites":0,"seed":"1","modbusHost":"h","modbusPort":1}}\n{"secret": broken', /fleet\.jsonl:2: no JSON/],
  ])('says what is wrong with a fleet that begins %j', async (text, message) => {
    const file = join(folder, 'fleet.jsonl')
    await writeFile(file, text)
    await expect(readFleet(file)).rejects.toMatchObject({ code: 'SIMULATION_FAILED', message: expect.stringMatching(message) })
    await expect(readFleet(file)).rejects.not.toMatchObject({ message: expect.stringContaining('broken') })
  })
})
