import { createPrivateKey, sign, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { derTag } from '../../gateway/transport/der.ts'
import { pemBlocks } from '../../gateway/transport/pem.ts'
import { RevocationList } from '../../gateway/transport/revocation-list.ts'
import { TestAuthority } from '../support/certificates.ts'
import { oid, sequence, tlv } from './der-writer.ts'

const [authority, other] = [new TestAuthority('Bus CA'), new TestAuthority('Bus CA')]
const [own, foreign] = [authority, other].map(({ pem }) => new X509Certificate(pem))
const [good, revoked, alsoRevoked] = ['bus-1', 'bus-2', 'bus-3'].map(commonName => authority.issue({ commonName }))
if (!own || !foreign || !good || !revoked || !alsoRevoked) throw new Error('openssl made no certificates')
for (const one of [revoked, alsoRevoked]) authority.revoke(one)
/** As openssl makes it. */
const [real = Buffer.alloc(0)] = pemBlocks(authority.list(), 'X509 CRL')
afterAll(() => {
  for (const one of [authority, other]) one.remove()
})

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))

/** A list with these parts behind its dates, signed by the authority. */
function signed(...parts: readonly Buffer[]): Buffer {
  const update = tlv(derTag.utcTime, [Buffer.from('260101000000Z')])
  const list = sequence(tlv(derTag.integer, [Buffer.from([1])]), ecdsaWithSha256, sequence(), update, ...parts)
  const signature = sign('sha256', list, createPrivateKey(readFileSync(join(authority.folder, 'ca.key'))))
  return sequence(list, ecdsaWithSha256, tlv(derTag.bitString, [Buffer.from([0]), signature]))
}

function entry(serial: Buffer, ...extensions: readonly Buffer[]): Buffer {
  return sequence(tlv(derTag.integer, [serial]), tlv(derTag.utcTime, [Buffer.from('260101000000Z')]), ...extensions)
}

/** An extension, id-ce 27: the list tells only what changed since another. */
function extension(critical: boolean): Buffer {
  return sequence(oid('551d1b'), tlv(derTag.boolean, [Buffer.from([critical ? 0xff : 0])]), tlv(0x04, [Buffer.from([0x02, 1, 1])]))
}

/** The list, or that it was refused with the one error it may be. Anything else fails the test. */
function read(der: Buffer): RevocationList | undefined {
  try {
    return new RevocationList(der)
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError)
    return undefined
  }
}

test('a list of openssl: who is on it, whose it is, and until when', () => {
  const list = new RevocationList(real)
  expect(list.size).toBe(2)
  expect([good, revoked, alsoRevoked].map(({ cert }) => list.has(new X509Certificate(cert)))).toEqual([false, true, true])
  expect([own, foreign].map(certificate => list.isFrom(certificate))).toEqual([true, false])
  const days = ((list.nextUpdate ?? 0) - Date.now()) / 86_400_000
  expect(days).toBeGreaterThan(9)
  expect(days).toBeLessThan(10.1)
})

test('leading zeros of a serial number make no other number of it; one of twenty bytes and more is read', () => {
  const { serialNumber } = new X509Certificate(revoked.cert)
  const list = new RevocationList(signed(sequence(entry(Buffer.from(`0000${serialNumber}`, 'hex')), entry(Buffer.alloc(100_000, 0xab)))))
  expect(list.size).toBe(2)
  expect(list.isFrom(own)).toBe(true)
  expect(list.has(new X509Certificate(revoked.cert))).toBe(true)
  expect(list.has(new X509Certificate(good.cert))).toBe(false)
})

test('without entries, and without a next update, it is a list all the same', () => {
  expect(new RevocationList(signed())).toMatchObject({ size: 0, nextUpdate: undefined })
})

describe('refused', () => {
  test.each<[string, () => Buffer, string]>([
    ['a critical extension of the list', () => signed(tlv(0xa0, [sequence(extension(true))])), '2.5.29.27'],
    ['a critical extension of an entry', () => signed(sequence(entry(Buffer.from([7]), sequence(extension(true))))), '2.5.29.27'],
    ['a signature of SHA-1', () => sequence(sequence(), sequence(oid('2a864886f70d010105')), tlv(derTag.bitString, [Buffer.alloc(9)])), '1.2.840.113549.1.1.5'],
    ['a certificate', () => own.raw, 'it is no revocation list'],
    ['a list within a thousand sequences', () => nest(real, 1_000), 'it is no revocation list'],
    ['nothing', () => Buffer.alloc(0), 'it is no revocation list'],
  ])('%s', (_, make, words) => {
    expect(() => new RevocationList(make())).toThrow(words)
  })

  test('a list that ends at any byte before its last', () => {
    for (let end = 0; end < real.length; end++) expect(read(real.subarray(0, end)), `cut at ${end}`).toBeUndefined()
  })
})

test('an extension that is not critical changes nothing', () => {
  expect(new RevocationList(signed(sequence(entry(Buffer.from([7]), sequence(extension(false)))), tlv(0xa0, [sequence(extension(false))]))).size).toBe(1)
})

/** Bytes put in another's place, put in between, taken out, doubled. */
const change = fc.record({
  at: fc.nat(real.length - 1),
  remove: fc.integer({ min: 0, max: 40 }),
  insert: fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc.constantFrom(Uint8Array.of(0x80), Uint8Array.of(0x84, 0xff, 0xff, 0xff, 0xff), Uint8Array.of(0xff), Uint8Array.of(0)),
  ),
})

test('a real list with any bytes changed is refused, or nobody signed it; it never says anything else about anybody', () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), changes => {
      const changed = changes.reduce((bytes, { at, remove, insert }) => Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]), real)
      const list = read(changed)
      if (list === undefined || !list.isFrom(own)) return
      // The signature covers what counts; what stands around it may be written in more than one way.
      expect(list.size).toBe(2)
      expect([good, revoked, alsoRevoked].map(({ cert }) => list.has(new X509Certificate(cert)))).toEqual([false, true, true])
    }),
    { numRuns: 500 },
  )
})

test('any bytes at all are refused or are the list of nobody', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400, size: 'max' }), bytes => !read(Buffer.from(bytes))?.isFrom(own)))
})

test('a list of 20,000 is read whole, and a file of nothing but beginnings costs one pass', () => {
  const serials = Array.from({ length: 20_000 }, (_, place) => entry(Buffer.from((place + 0x100000).toString(16), 'hex')))
  expect(new RevocationList(signed(tlv(derTag.sequence, serials))).size).toBe(20_000)
  expect(pemBlocks('-----BEGIN X509 CRL-----\nAAAA'.repeat(50_000), 'X509 CRL')).toHaveLength(0)
})

function nest(inner: Buffer, depth: number): Buffer {
  return Array.from({ length: depth }).reduce<Buffer>(bytes => sequence(bytes), inner)
}
