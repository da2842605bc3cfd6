import { once } from 'node:events'
import { request } from 'node:https'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { ClientAddresses } from '../../gateway/api/client-address.ts'
import { AddressSet } from '../../gateway/model/address-set.ts'
import type { TlsMaterial } from '../../gateway/model/tls.ts'
import { type Issued, TestAuthority } from '../support/certificates.ts'
import { type City, startCity } from './city.ts'

const authority = new TestAuthority('Server CA')
let city: City
const listeners = new Set<() => void>()
const served: { now: Issued } = { now: authority.issue({ commonName: 'first', alternativeNames: 'IP:127.0.0.1' }) }
const certificates: TlsMaterial = {
  get context() {
    return { cert: served.now.cert, key: served.now.key, minVersion: 'TLSv1.2' } as const
  },
  onChange: listener => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

beforeAll(async () => {
  city = await startCity({ certificates, clients: new ClientAddresses(new AddressSet(['127.0.0.1'])) })
})
afterAll(async () => {
  await city.server.stop()
  authority.remove()
})

async function get(path: string, headers: Record<string, string> = {}): Promise<{ status?: number; headers: NodeJS.Dict<string | string[]> }> {
  const asked = request({ host: '127.0.0.1', port: city.server.port, path, ca: authority.pem, headers })
  asked.end()
  const [answer] = await once(asked, 'response')
  answer.resume()
  return { status: answer.statusCode, headers: answer.headers }
}

describe('HTTP over TLS', () => {
  test('the API answers, and tells browsers to come over TLS again', async () => {
    const { status, headers } = await get('/api/v1/devices')
    expect(status).toBe(200)
    expect(headers['strict-transport-security']).toBe('max-age=31536000')
    expect(headers['content-security-policy']).toContain("script-src 'self';")
  })

  test('plain HTTP is not told so, unless a trusted proxy speaks TLS for it', async () => {
    const plain = await startCity({ clients: new ClientAddresses(new AddressSet(['127.0.0.1'])) })
    const url = `http://127.0.0.1:${plain.server.port}/api/v1/health`
    expect((await fetch(url)).headers.get('strict-transport-security')).toBeNull()
    expect((await fetch(url, { headers: { 'X-Forwarded-Proto': 'https' } })).headers.get('strict-transport-security')).not.toBeNull()
    await plain.server.stop()
    const alone = await startCity()
    const answer = await fetch(`http://127.0.0.1:${alone.server.port}/api/v1/health`, { headers: { 'X-Forwarded-Proto': 'https' } })
    expect(answer.headers.get('strict-transport-security')).toBeNull()
    await alone.server.stop()
  })

  test('a WebSocket handshake reaches the broker, with the address that the proxy saw', async () => {
    const peers: string[] = []
    const other = await startCity({
      certificates,
      clients: new ClientAddresses(new AddressSet(['127.0.0.1'])),
      upgrade: (_request, socket, _head, peer) => {
        peers.push(peer)
        socket.destroy()
      },
    })
    const socket = new WebSocket(`wss://127.0.0.1:${other.server.port}/mqtt`, 'mqtt', { ca: authority.pem, headers: { 'X-Forwarded-For': '203.0.113.9' } })
    await new Promise<void>(resolve => socket.once('error', () => resolve()))
    expect(peers).toEqual(['203.0.113.9'])
    await other.server.stop()
  })

  test('another certificate counts for the next connection; one that is open goes on', async () => {
    const open = connectTls({ host: '127.0.0.1', port: city.server.port, ca: authority.pem })
    await once(open, 'secureConnect')
    served.now = authority.issue({ commonName: 'second', alternativeNames: 'IP:127.0.0.1' })
    for (const listener of listeners) listener()
    open.write('GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
    const [answer]: Buffer[] = await once(open, 'data')
    expect(answer?.toString()).toMatch(/^HTTP\/1.1 200/)
    expect(open.getPeerCertificate().subject.CN).toBe('first')
    open.destroy()
    const next = connectTls({ host: '127.0.0.1', port: city.server.port, ca: authority.pem })
    await once(next, 'secureConnect')
    expect(next.getPeerCertificate().subject.CN).toBe('second')
    next.destroy()
  })
})
