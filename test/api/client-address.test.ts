import { Socket } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ClientAddresses } from '../../gateway/api/client-address.ts'
import { AddressSet } from '../../gateway/model/address-set.ts'

const clients = new ClientAddresses(new AddressSet(['10.0.0.0/8', '192.0.2.1', '2001:db8:1::/48']))

function asked(peer: string, headers: Record<string, string> = {}) {
  return { headers, socket: Object.defineProperty(new Socket(), 'remoteAddress', { value: peer }) }
}

describe('where a request comes from', () => {
  test.each([
    ['nobody is in between', '203.0.113.9', undefined, '203.0.113.9'],
    ['a stranger pretends to be a proxy', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['one proxy', '10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['one proxy, seen over IPv6', '::ffff:10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['two proxies', '10.1.2.3', '203.0.113.9, 192.0.2.1', '203.0.113.9'],
    ['a client that wrote an address itself', '10.1.2.3', '127.0.0.1, 203.0.113.9', '203.0.113.9'],
    ['a client that wrote the address of a proxy', '10.1.2.3', '10.9.9.9, 203.0.113.9', '203.0.113.9'],
    ['a proxy that asks for itself', '10.1.2.3', undefined, '10.1.2.3'],
    ['nothing but proxies', '10.1.2.3', '10.0.0.1, 10.0.0.2', '10.0.0.1'],
    ['a port behind it', '10.1.2.3', '203.0.113.9:5555', '203.0.113.9'],
    ['IPv6 in brackets with a port', '2001:db8:1::5', '[2001:DB8:2::7]:5555', '2001:db8:2::7'],
    ['an address inside IPv6', '10.1.2.3', '::ffff:203.0.113.9', '203.0.113.9'],
    ['rubbish: the proxy that passed it on', '10.1.2.3', '203.0.113.9, unknown', '10.1.2.3'],
    ['rubbish behind a good address', '10.1.2.3', '<script>, 203.0.113.9', '203.0.113.9'],
    ['an empty header', '10.1.2.3', '', '10.1.2.3'],
  ])('%s', (_, peer, forwarded, expected) => {
    expect(clients.addressOf(asked(peer, forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }))).toBe(expected)
  })

  test('whatever a client writes, behind a trusted proxy it is the address the proxy saw', () => {
    const property = fc.property(fc.string(), fc.ipV4(), (written, seen) => {
      const address = clients.addressOf(asked('2001:db8:1::5', { 'x-forwarded-for': `${written}, ${seen}` }))
      if (!new AddressSet(['10.0.0.0/8', '192.0.2.1']).has(seen)) expect(address).toBe(seen)
    })
    fc.assert(property)
  })

  test('nobody is trusted when no proxy is named', () => {
    expect(new ClientAddresses(new AddressSet([])).addressOf(asked('10.1.2.3', { 'x-forwarded-for': '203.0.113.9' }))).toBe('10.1.2.3')
  })
})

describe('whether it was asked over TLS', () => {
  test.each([
    ['by a trusted proxy', '10.1.2.3', 'https', true],
    ['by a trusted proxy, after what a client wrote', '10.1.2.3', 'https, http', false],
    ['by anybody else', '203.0.113.9', 'https', false],
  ])('said %s', (_, peer, proto, expected) => {
    expect(clients.isSecure(asked(peer, { 'x-forwarded-proto': proto }))).toBe(expected)
  })
})

describe('sets of addresses', () => {
  test.each(['10.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '::1', '2001:db8::/32', '::/0'])('%s is one', text => {
    expect(() => new AddressSet([text])).not.toThrow()
  })

  test.each(['', 'localhost', '10.0.0.0/33', '10.0.0', '::/129', '10.0.0.0/', '10.0.0.1/8/8', 'fe80::1%eth0', '10.0.0.1, 10.0.0.2'])('%j is none', text => {
    expect(() => new AddressSet([text])).toThrow(RangeError)
  })
})
