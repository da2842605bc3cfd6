import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Certificates } from '../../gateway/transport/certificates.ts'
import { TestAuthority, type Wanted } from '../support/certificates.ts'
import { MemoryLog } from '../support/log.ts'

const authority = new TestAuthority('Server CA')
const own = authority.issue({ commonName: 'gateway' })
const dayMs = 86_400_000
let folder: string
let log: MemoryLog
const started: Certificates[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'citygate-certificates-'))
  log = new MemoryLog()
  put('server.pem', own.cert)
  put('server.key', own.key)
})
afterEach(async () => {
  await Promise.all(started.splice(0).map(one => one.stop()))
  rmSync(folder, { recursive: true, force: true })
})
afterAll(() => authority.remove())

/** Files are for their owner alone, unless a test says otherwise. */
function put(name: string, text: string, mode = 0o600): void {
  writeFileSync(join(folder, name), text)
  chmodSync(join(folder, name), mode)
}

function makeFolder(name: string): void {
  rmSync(join(folder, name))
  mkdirSync(join(folder, name))
}

function swap(): void {
  put('server.pem', own.key)
  put('server.key', own.cert)
}

async function start(more: { readonly clientCas?: string; readonly now?: () => number } = {}): Promise<Certificates> {
  const certificates = new Certificates({ certFile: join(folder, 'server.pem'), keyFile: join(folder, 'server.key'), everyMs: 10, log, now: Date.now, ...more })
  started.push(certificates)
  await certificates.start()
  return certificates
}

describe('a start is refused, and the reason names the file', () => {
  test.each<[string, () => void, RegExp]>([
    ['no certificate', () => rmSync(join(folder, 'server.pem')), /no such file or directory, open '.*server\.pem'/],
    ['no key', () => rmSync(join(folder, 'server.key')), /no such file or directory, open '.*server\.key'/],
    ['a certificate that is a folder', () => makeFolder('server.pem'), /EISDIR/],
    ['an empty certificate', () => put('server.pem', ''), /there is no certificate \(PEM\) in .*server\.pem/],
    ['an empty key', () => put('server.key', ''), /there is no private key \(PEM\) in .*server\.key/],
    ['files that were swapped', swap, /there is no certificate \(PEM\) in .*server\.pem/],
    [
      'a certificate that is cut',
      () => put('server.pem', own.cert.replace(/(.*\n){3}(?=-----END)/, '')),
      /server\.pem and .*server\.key do not go together or can not be read/,
    ],
    ['a key that is cut', () => put('server.key', own.key.replace(/.*\n(?=-----END)/, '')), /do not go together or can not be read/],
    ['a key of another certificate', () => put('server.key', authority.issue({ commonName: 'other' }).key), /do not go together.*key values mismatch/i],
    ['a key with a passphrase', () => put('server.key', encrypted()), /is encrypted: take its passphrase off/],
  ])('%s', async (_, spoil, expected) => {
    spoil()
    const refused = await start().then(undefined, (error: unknown) => error)
    expect(refused).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(expected) })
    expect(String(refused)).not.toContain('PRIVATE KEY')
  })

  test('all that is wrong is told at once', async () => {
    put('server.key', '')
    await expect(start({ clientCas: join(folder, 'nowhere') })).rejects.toThrow(/server\.key; .*nowhere/)
  })
})

describe('dates', () => {
  const begin = Date.parse('2030-01-01T00:00:00Z')
  const dated = (days: number): Wanted => ({ commonName: 'gateway', from: '20300101000000Z', until: openSslTime(begin + days * dayMs) })

  // An expired certificate still lets in whoever does not look; a gateway that refused to start would let in nobody.
  test.each<[string, number, number, RegExp | undefined]>([
    ['before its first day', 90, -1, /is not valid before 2030-01-01.*clients refuse it/],
    ['in its time', 90, 30, undefined],
    ['fifteen days before the end', 90, 75, undefined],
    ['thirteen days before the end', 90, 77, /expires at 2030-04-01/],
    ['one of eight days, with three days left', 8, 5, undefined],
    ['one of eight days, with a day left', 8, 7, /expires at 2030-01-09/],
    ['at its end', 90, 90, /expired at 2030-04-01.*clients refuse it/],
  ])('%s', async (_, days, at, expected) => {
    const issued = authority.issue(dated(days))
    put('server.pem', issued.cert)
    put('server.key', issued.key)
    const certificates = await start({ now: () => begin + at * dayMs })
    expect(certificates.expiresAt).toBe(begin + days * dayMs)
    if (expected === undefined) expect(certificates.problem).toBeUndefined()
    else expect(certificates.problem).toMatch(expected)
    expect(log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual(expected === undefined ? [] : [certificates.problem])
  })

  test('a certificate that runs out under a running gateway is a problem from then on, without anybody reading it again', async () => {
    let now = begin
    const issued = authority.issue(dated(90))
    put('server.pem', issued.cert)
    put('server.key', issued.key)
    const certificates = await start({ now: () => now })
    expect(certificates.problem).toBeUndefined()
    now = begin + 91 * dayMs
    expect(certificates.problem).toMatch(/expired/)
  })
})

test('a key that everybody can read is told once, and used', async () => {
  put('server.key', own.key, 0o644)
  const certificates = await start()
  const told = (): number =>
    log.lines.filter(({ level, message }) => level === 'warn' && /server\.key can be read by everybody.*chmod o-r/.test(message)).length
  expect(told()).toBe(1)
  expect(certificates.problem).toBeUndefined()
  put('server.pem', `${own.cert}\n`)
  await expect.poll(() => log.lines.some(({ message }) => message.includes('are in force'))).toBe(true)
  expect(told()).toBe(1)
})

function encrypted(): string {
  return execFileSync('openssl', ['pkey', '-in', own.keyFile, '-aes256', '-passout', 'pass:horse'], { encoding: 'utf8' })
}

function openSslTime(at: number): string {
  return `${new Date(at).toISOString().replace(/[-:T]|\..*$/g, '')}Z`
}
