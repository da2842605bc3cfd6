import { X509Certificate } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AuthorityFolder } from '../../gateway/transport/authority-folder.ts'
import { Certificates } from '../../gateway/transport/certificates.ts'
import { type Issued, TestAuthority } from '../support/certificates.ts'
import { MemoryLog } from '../support/log.ts'

const [bus, water] = [new TestAuthority('Bus CA'), new TestAuthority('Water CA')]
const unit = bus.issue({ commonName: 'bus-1' })
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'citygate-authorities-'))
  put('pudong-bus.pem', bus.pem)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
afterAll(() => {
  for (const one of [bus, water]) one.remove()
})

function put(name: string, text: string): void {
  writeFileSync(join(folder, name), text)
}

function makeFolder(name: string): void {
  rmSync(join(folder, name))
  mkdirSync(join(folder, name))
}

function authorities(now: () => number = Date.now): AuthorityFolder {
  return new AuthorityFolder({ folder, now })
}

function x509({ cert }: Issued): X509Certificate {
  return new X509Certificate(cert)
}

describe('files that do not belong there', () => {
  test('openssl’s own, a README, a folder: passed over, and named', async () => {
    copyFileSync(join(bus.folder, 'serial'), join(folder, 'pudong-bus.srl'))
    put('README', 'Authorities of our devices. Ask the IT department for -----BEGIN and -----END.\n')
    put('.pudong-bus.pem.swp', 'an editor’s')
    put('index.txt.attr', 'unique_subject = no\n')
    mkdirSync(join(folder, 'lost+found'))
    const read = await authorities().read()
    expect(read.problems).toEqual([])
    expect(read.ignored.toSorted()).toEqual(['README', 'index.txt.attr', 'lost+found', 'pudong-bus.srl'].map(name => join(folder, name)))
  })

  test('the start tells of them, and goes on', async () => {
    const [server, log] = [water.issue({ commonName: 'gateway' }), new MemoryLog()]
    put('pudong-bus.srl', '1001\n')
    const certificates = new Certificates({ certFile: server.certFile, keyFile: server.keyFile, clientCas: folder, log, now: Date.now })
    await certificates.start()
    await certificates.stop()
    expect(log.complained(`${join(folder, 'pudong-bus.srl')} is ignored: only ORG.pem and ORG.crl.pem count`)).toBe(true)
    expect(certificates.clients?.objection(x509(unit), 'pudong-bus')).toBeUndefined()
  })

  test.each<[string, string, string, RegExp]>([
    ['a certificate under another ending', 'pudong-bus.crt', bus.pem, /pudong-bus\.crt: expected ORG\.pem or ORG\.crl\.pem/],
    ['a name that is no id', 'pudong bus.pem', bus.pem, /pudong bus\.pem: expected/],
    ['a list under another ending', 'pudong-bus.crl', bus.list(), /pudong-bus\.crl: expected/],
    ['a certificate without an ending, text before it', 'pudong-bus', `subject=Bus CA\n${bus.pem}`, /pudong-bus: it holds a certificate/],
    ['a list in a text file', 'revoked.txt', bus.list(), /revoked\.txt: it holds a certificate or revocation list/],
    ['the authority’s key under any name', 'notes.txt', readFileSync(join(bus.folder, 'ca.key'), 'utf8'), /notes\.txt: it holds a private key/],
  ])('a problem: %s', async (_, name, text, expected) => {
    put(name, text)
    const { problems, ignored } = await authorities().read()
    expect(problems).toEqual([expect.stringMatching(expected)])
    expect(ignored).toEqual([])
    expect(problems.join()).not.toContain('-----')
  })
})

describe('files that are broken', () => {
  test.each<[string, () => void, RegExp]>([
    ['no PEM', () => put('pudong-bus.pem', 'hello'), /there is no certificate \(PEM\) in it/],
    ['garbage in PEM', () => put('pudong-bus.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'), /can not be read/],
    ['a certificate that is cut', () => put('pudong-bus.pem', bus.pem.replace(/(.*\n){3}(?=-----END)/, '')), /can not be read/],
    ['a device’s certificate', () => put('pudong-bus.pem', unit.cert), /is no authority/],
    ['a key with it', () => put('pudong-bus.pem', bus.pem + unit.key), /holds a private key/],
    ['an empty list', () => put('pudong-bus.crl.pem', ''), /no revocation list \(PEM, X509 CRL\)/],
    [
      'garbage for a list',
      () => put('pudong-bus.crl.pem', '-----BEGIN X509 CRL-----\nMIIB\n-----END X509 CRL-----\n'),
      /end too early|no DER|no revocation list/,
    ],
    ['another’s list', () => put('pudong-bus.crl.pem', water.list()), /was not signed by this authority/],
    ['a list whose authority is not there', () => put('water-works.crl.pem', water.list()), /no such file or directory, open '.*water-works\.pem'/],
    ['a folder for a file', () => makeFolder('pudong-bus.pem'), /EISDIR/],
  ])('%s: told with its file; what was read before stays in force, others count', async (_, spoil, expected) => {
    const read = authorities()
    expect((await read.read()).problems).toEqual([])
    put('metro.pem', water.pem)
    spoil()
    expect((await read.read()).problems).toEqual([expect.stringMatching(expected)])
    expect(read.objection(x509(unit), 'pudong-bus')).toBeUndefined()
    expect(read.objection(x509(water.issue({ commonName: 'train-1' })), 'metro')).toBeUndefined()
  })
})

describe('judging', () => {
  test('dates count to the millisecond, those of the authority too', async () => {
    const [begin, end] = [Date.parse('2030-01-01T00:00:00Z'), Date.parse('2030-02-01T00:00:00Z')]
    const dated = bus.issue({ commonName: 'bus-1', from: '20300101000000Z', until: '20300201000000Z' })
    let now = begin
    const read = authorities(() => now)
    await read.read()
    const objectionAt = (at: number): string | undefined => {
      now = at
      return read.objection(x509(dated), 'pudong-bus')
    }
    expect(objectionAt(begin - 1)).toMatch(/the certificate is not valid before 2030-01-01/)
    expect(objectionAt(end)).toMatch(/the certificate expired at 2030-02-01/)
    // The authority itself is good for thirty days from today on.
    expect(objectionAt(begin)).toMatch(/authority expired at/)
    expect(objectionAt(end - 1)).toMatch(/authority expired at/)
    now = Date.now()
    expect(read.objection(x509(unit), 'pudong-bus')).toBeUndefined()
  })

  test('a list past its next update is told, and still revokes', async () => {
    const gone = bus.issue({ commonName: 'bus-2' })
    bus.revoke(gone)
    put('pudong-bus.crl.pem', bus.list(3_600))
    let now = Date.now()
    const read = authorities(() => now)
    await read.read()
    expect(read.overdue).toEqual([])
    now += 2 * 3_600_000
    expect(read.overdue).toEqual([expect.stringMatching(/revocation list of pudong-bus was to be renewed by/)])
    expect(read.objection(x509(gone), 'pudong-bus')).toBe('the certificate was revoked')
  })

  test('a signature is looked at once, whatever is read anew; revoked and moved devices are found out all the same', async () => {
    const read = authorities()
    await read.read()
    const third = bus.issue({ commonName: 'bus-3' })
    const [staying, gone] = [x509(unit), x509(third)]
    const verified = [vi.spyOn(staying, 'verify'), vi.spyOn(gone, 'verify')]
    const judge = (): readonly (string | undefined)[] => [staying, gone].map(certificate => read.objection(certificate, 'pudong-bus'))
    expect(judge()).toEqual([undefined, undefined])
    bus.revoke(third)
    put('pudong-bus.crl.pem', bus.list())
    await read.read()
    expect(judge()).toEqual([undefined, 'the certificate was revoked'])
    expect(verified.map(spy => spy.mock.calls.length)).toEqual([1, 1])

    // The same name with another key: what was remembered is about a key, not a name.
    const impostor = new TestAuthority('Bus CA')
    rmSync(join(folder, 'pudong-bus.crl.pem'))
    put('pudong-bus.pem', impostor.pem)
    await read.read()
    expect(judge()).toEqual(Array(2).fill("the certificate was not signed by the authority of the device's organisation"))
    impostor.remove()
    expect(read.objection(staying, 'water-works')).toMatch(/has no authority here/)
  })
})
