import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import type { Answered } from '../api/ask.ts'
import { type HostileProvider, type Lie, startHostileProvider } from '../support/hostile-provider.ts'
import { tester } from '../support/tester.ts'
import { home, OidcGateway, password, type Visitor } from './gateway.ts'

const gateway = new OidcGateway()
let provider: HostileProvider
let patient: Visitor

beforeAll(async () => {
  provider = await startHostileProvider()
  await gateway.start()
  await gateway.registry.people.linkIdentity('li.wei', provider.issuer, 'sub-1', tester)
  patient = await gateway.serve({ issuer: provider.issuer, clientId: 'citygate' }, { patient: true })
})
afterAll(async () => {
  await gateway.stop()
  await provider.stop()
})

const serve = (): Promise<Visitor> => gateway.serve({ issuer: provider.issuer, clientId: 'citygate' })

/** What becomes of a sign-in with a provider that lies. */
async function signIn(lie: Lie, changes: Readonly<Record<string, string>> = {}): Promise<Answered> {
  provider.lie = lie
  // What it says of itself is asked for once.
  const visitor = lie.metadata ? await serve() : patient.another()
  const answered = await visitor.finish(new URL(`${home}/sign-in/provider?${provider.back(await visitor.leave(), changes)}`))
  // Whatever was answered: nobody is signed in unless it was 200.
  expect((await visitor.get('/devices')).status).toBe(answered.status === 200 ? 200 : 401)
  return answered
}

const seconds = (fromNow: number): number => Math.floor(Date.now() / 1_000) + fromNow
const other = 'https://evil.example'

describe('what a provider says', () => {
  it('is taken when all is well, also with clocks that differ a little', async () => {
    expect(await signIn({})).toMatchObject({ status: 200, json: { person: { id: 'li.wei' } } })
    expect((await signIn({ claims: { exp: seconds(-10) } })).status).toBe(200)
    expect((await signIn({ claims: { nbf: seconds(20) } })).status).toBe(200)
    expect((await signIn({ claims: { aud: ['citygate'] } })).status).toBe(200)
  })

  const none = { header: { alg: 'none' }, signature: 'none' } as const
  const hmac = { header: { alg: 'HS256' }, signature: 'hmac' } as const
  const offers = (...algorithms: string[]) => ({ metadata: { id_token_signing_alg_values_supported: algorithms } })
  test.each<[string, Lie, RegExp?]>([
    ['is not signed', none],
    ['is not signed, as the provider says it does', { ...none, ...offers('ES256', 'none') }, /not signed|check/],
    ['is signed with the public key as a secret', hmac],
    ['is signed so, as the provider says it does', { ...hmac, ...offers('ES256', 'HS256') }],
    ['is signed with another key', { signature: 'foreign key' }],
    ['has a broken signature', { signature: 'broken' }],
    ['names a key that the provider does not', { header: { kid: 'other' } }, /key/],
    ['is over', { claims: { exp: seconds(-60) } }, /over.*clocks/],
    ['is not good yet', { claims: { nbf: seconds(120) } }, /clocks/],
    ['has no end', { claims: { exp: undefined } }],
    ['is for another client', { claims: { aud: 'another' } }, /aud/],
    ['is for others too, and was asked for by one of them', { claims: { aud: ['citygate', 'another'], azp: 'another' } }, /azp/],
    ['has another nonce', { claims: { nonce: 'x'.repeat(43) } }, /nonce/],
    ['has no nonce', { claims: { nonce: undefined } }],
    ['is of another issuer', { claims: { iss: other } }, /iss/],
    ['names nobody', { claims: { sub: undefined } }],
    ['names an empty subject', { claims: { sub: '' } }],
  ])('is refused when it %s', async (_, lie, detail = /not taken/) => {
    expect(await signIn(lie)).toMatchObject({ status: 400, json: { code: 'IDENTITY_UNPROVEN', detail: expect.stringMatching(detail) } })
  })

  it('is refused when there is no ID token in it', async () => {
    const token: Lie['token'] = response => {
      response.setHeader('Content-Type', 'application/json')
      response.end('{"access_token":"a","token_type":"Bearer"}')
    }
    expect(await signIn({ token })).toMatchObject({ status: 400, json: { code: 'IDENTITY_UNPROVEN' } })
  })

  it('is refused when another provider answers (mix-up), or it does not say who answers', async () => {
    expect(await signIn({}, { iss: other })).toMatchObject({ status: 400, json: { code: 'IDENTITY_UNPROVEN' } })
    provider.lie = {}
    const visitor = patient.another()
    const query = new URLSearchParams(provider.back(await visitor.leave()))
    query.delete('iss')
    expect(await visitor.post('/session/provider/finish', { query: query.toString() })).toMatchObject({ status: 400, json: { code: 'IDENTITY_UNPROVEN' } })
  })

  it('is refused when it says everything twice', async () => {
    provider.lie = {}
    const visitor = patient.another()
    const query = provider.back(await visitor.leave())
    expect(await visitor.post('/session/provider/finish', { query: `${query}&code=second` })).toMatchObject({
      status: 400,
      json: { code: 'IDENTITY_UNPROVEN' },
    })
  })

  it('locks an address out that keeps coming with what is wrong', async () => {
    provider.lie = { signature: 'broken' }
    const visitor = await serve()
    for (let tries = 0; tries < 5; tries++)
      expect((await visitor.post('/session/provider/finish', { query: provider.back(await visitor.leave()) })).status).toBe(400)
    provider.lie = {}
    const locked = await visitor.post('/session/provider/finish', { query: provider.back(await visitor.leave()) })
    expect(locked).toMatchObject({ status: 429, json: { code: 'LOCKED_OUT' } })
  })
})

describe('a provider', () => {
  const unreachable = { status: 503, json: { code: 'PROVIDER_UNREACHABLE' } }

  it('that calls itself by another name is not gone to', async () => {
    // The same address in other letters would name other people, too.
    for (const issuer of [other, `${provider.issuer}/`]) {
      provider.lie = { metadata: { issuer } }
      const refused = await (await serve()).post('/session/provider')
      expect(refused).toMatchObject({ status: 400, json: { code: 'IDENTITY_UNPROVEN', detail: expect.stringContaining('oidc.issuer') } })
    }
  })

  it('that would have the page run a script is not gone to', async () => {
    for (const authorization_endpoint of ['javascript:alert(1)', 'data:text/html,x']) {
      provider.lie = { metadata: { authorization_endpoint } }
      expect(await (await serve()).post('/session/provider')).toMatchObject({ status: 400, json: { code: 'IDENTITY_UNPROVEN' } })
    }
  })

  it.each<[string, Lie['everything']]>([
    ['answers no JSON', response => response.end('<h1>It works!</h1>')],
    ['answers 500', response => response.writeHead(500).end()],
    ['hangs up', response => response.destroy()],
    ['never ends', pour],
  ])('that %s keeps nobody from signing in with a password', async (_, everything) => {
    provider.lie = everything ? { everything } : {}
    const visitor = await serve()
    expect(await visitor.post('/session/provider')).toMatchObject(unreachable)
    provider.lie = {}
    // It is asked anew by whoever comes next.
    expect((await visitor.post('/session/provider')).status).toBe(200)
  })

  it('that is down when somebody comes back is told apart from a wrong answer, and does not lock out', async () => {
    provider.lie = {}
    const visitor = await serve()
    for (let tries = 0; tries < 6; tries++) {
      const query = provider.back(await visitor.leave())
      provider.lie = { token: response => response.writeHead(503, { 'Content-Type': 'application/json' }).end('{"error":"temporarily_unavailable"}') }
      expect(await visitor.post('/session/provider/finish', { query })).toMatchObject(unreachable)
    }
    expect(await visitor.post('/session', { name: 'li.wei', password })).toMatchObject({ status: 200, json: { means: 'password' } })
  })

  it('that does not answer in time is given up on', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
    const issuer = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const visitor = await gateway.serve({ issuer, clientId: 'citygate' }, { timeoutSeconds: 0.5 })
    expect(await visitor.post('/session/provider')).toMatchObject(unreachable)
    silent.closeAllConnections()
    await new Promise(resolve => silent.close(resolve))
  })
})

/** More than anybody reads. */
function pour(response: Parameters<NonNullable<Lie['everything']>>[0]): void {
  response.on('drain', () => response.write(' '.repeat(65_536)))
  response.on('error', () => undefined)
  response.write(`{${' '.repeat(1_000_000)}`)
}
