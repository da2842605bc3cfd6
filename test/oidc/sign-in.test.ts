import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OidcOptions } from '../../gateway/oidc/oidc-provider.ts'
import type { Answered } from '../api/ask.ts'
import { shownBy } from '../support/authenticator.ts'
import { BrowserJar } from '../support/browser-jar.ts'
import { type ProviderAccount, type RealProvider, startRealProvider } from '../support/real-provider.ts'
import { tester } from '../support/tester.ts'
import { home, OidcGateway, password, type Visitor } from './gateway.ts'

const gateway = new OidcGateway()
const { people } = gateway.registry
let provider: RealProvider

beforeAll(async () => {
  provider = await startRealProvider(`${home}/sign-in/provider`)
  await gateway.start()
})
afterAll(async () => {
  await gateway.stop()
  await provider.stop()
})

const serve = (options: Partial<OidcOptions> = {}): Promise<Visitor> =>
  gateway.serve({ issuer: provider.issuer, clientId: provider.clientId, ...options }, { secret: provider.secret })

/** All the way: from the gateway to the provider's page, an account entered there, and back. */
async function signIn(visitor: Visitor, account: string, claims: ProviderAccount = {}): Promise<Answered> {
  provider.accounts.set(account, claims)
  return visitor.finish(await new BrowserJar().signIn(await visitor.leave(), home, { account }))
}

/** Has somebody signed in with a password on this browser. */
async function signedIn(visitor: Visitor, person: string): Promise<void> {
  const { token } = await people.openSession(person, { means: 'password', address: '', agent: '' }, tester)
  visitor.cookies.set('citygate_session', token)
}

describe('signing in at a real provider', () => {
  it('lets in whom an administrator linked, with the roles they have here', async () => {
    await people.linkIdentity('li.wei', provider.issuer, 'sub-wei', tester)
    const visitor = await serve()
    expect((await visitor.get('/session')).json).toEqual({ access: 'sign-in', signedIn: false, provider: { name: 'City account', dashboard: home } })
    const answered = await signIn(visitor, 'sub-wei', { preferred_username: 'somebody.else', groups: ['it'] })
    expect(answered).toMatchObject({
      status: 200,
      json: { signedIn: true, means: 'oidc', person: { id: 'li.wei', name: '李伟' }, grants: [{ org: 'pudong', role: 'viewer' }] },
    })
    expect((await visitor.get('/devices')).status).toBe(200)
    const { entries } = await gateway.registry.audit.search({ subject: 'person:li.wei', limit: 2 })
    expect(entries).toMatchObject([
      { action: 'session.open', actor: { type: 'person', name: 'li.wei' }, after: { means: 'oidc' } },
      { action: 'person.link-identity', after: { issuer: provider.issuer, subject: 'sub-wei' } },
    ])
  })

  it('refuses whom it does not know, also with the name or e-mail address of somebody here', async () => {
    const visitor = await serve()
    const answered = await signIn(visitor, 'sub-other', { preferred_username: 'li.wei', email: 'li.wei', email_verified: true })
    expect(answered).toMatchObject({ status: 403, json: { code: 'IDENTITY_UNKNOWN' } })
    expect((await visitor.get('/devices')).status).toBe(401)
    // What is linked with `citygate user link` stands in the log.
    expect(gateway.log.lines.at(-1)).toMatchObject({ fields: { code: 'IDENTITY_UNKNOWN', subject: 'sub-other' } })
  })

  it('adds people with the roles of their groups, if it is told to, and follows the groups from then on', async () => {
    const visitor = await serve({ unknownPeople: 'create', grants: ['drivers:pudong=viewer', 'cn=it:ops,dc=city:pudong=engineer', 'it:*=admin'] })
    const groups = ['drivers', 'cn=it:ops,dc=city']
    const first = await signIn(visitor, 'sub-zhang', { preferred_username: 'Zhang.San', name: '张三', groups })
    expect(first).toMatchObject({ status: 200, json: { person: { id: 'zhang.san', name: '张三' }, grants: [{ org: 'pudong', role: 'engineer' }] } })
    expect(await signIn(visitor, 'sub-zhang', { groups: ['drivers'] })).toMatchObject({ status: 200, json: { grants: [{ org: 'pudong', role: 'viewer' }] } })
    expect(await signIn(visitor, 'sub-zhang', { groups: ['canteen'] })).toMatchObject({ status: 403, json: { code: 'ROLE_MISSING' } })
    expect(people.person('zhang.san')?.grants).toEqual([])
    // Sessions that are still open lost the role too.
    expect((await visitor.get('/devices')).status).toBe(403)
    // Nobody becomes somebody who is here already, nor is added without a role.
    expect(await signIn(visitor, 'sub-thief', { preferred_username: 'admin', groups: ['it'] })).toMatchObject({ status: 409, json: { code: 'PERSON_EXISTS' } })
    expect(await signIn(visitor, 'sub-guest', { preferred_username: 'guest', groups: [] })).toMatchObject({ status: 403, json: { code: 'ROLE_MISSING' } })
    expect(await signIn(visitor, 'sub-evil', { preferred_username: '<script>', groups: ['it'] })).toMatchObject({
      status: 400,
      json: { code: 'PERSON_INVALID' },
    })
    expect(people.person('guest')).toBeUndefined()
    const { entries } = await gateway.registry.audit.search({ subject: 'person:zhang.san', action: 'person', limit: 10 })
    expect(entries.map(({ action, actor }) => `${actor.name} ${action}`)).toEqual([
      'oidc person.change',
      'oidc person.change',
      'oidc person.link-identity',
      'oidc person.add',
    ])
  })

  it('takes an e-mail address for a name only when the provider verified it', async () => {
    const visitor = await serve({ unknownPeople: 'create', idClaim: 'email', grants: ['it:*=viewer'] })
    const account = { email: 'wang@city.example', groups: ['it'] }
    expect(await signIn(visitor, 'sub-wang', account)).toMatchObject({ status: 403, json: { code: 'EMAIL_UNVERIFIED' } })
    expect(await signIn(visitor, 'sub-wang', { ...account, email_verified: false })).toMatchObject({ status: 403, json: { code: 'EMAIL_UNVERIFIED' } })
    expect(await signIn(visitor, 'sub-wang', { ...account, email_verified: true })).toMatchObject({ json: { person: { id: 'wang@city.example' } } })
  })

  it('does not let in who is disabled', async () => {
    await people.addPerson({ id: 'gone', grants: [], disabled: true }, tester)
    await people.linkIdentity('gone', provider.issuer, 'sub-gone', tester)
    expect(await signIn(await serve(), 'sub-gone')).toMatchObject({ status: 403, json: { code: 'PERSON_DISABLED' } })
  })

  it('says so when somebody changes their mind at the provider', async () => {
    const visitor = await serve()
    const back = await new BrowserJar().signIn(await visitor.leave(), home, { no: '1' })
    expect(await visitor.finish(back)).toMatchObject({ status: 400, json: { code: 'PROVIDER_REFUSED', detail: expect.stringContaining('broken off') } })
  })

  it('looks at each answer once, and only from the browser that left for it', async () => {
    provider.accounts.set('sub-wei', {})
    const visitor = await serve()
    const back = await new BrowserJar().signIn(await visitor.leave(), home, { account: 'sub-wei' })
    const over = { status: 400, json: { code: 'SIGN_IN_OVER' } }
    expect(await visitor.another().finish(back)).toMatchObject(over)
    const otherState = new URL(back)
    otherState.searchParams.set('state', 'x'.repeat(43))
    expect(await visitor.finish(otherState)).toMatchObject(over)
    const errand = new Map(visitor.cookies)
    expect((await visitor.finish(back)).status).toBe(200)
    for (const [name, value] of errand) visitor.cookies.set(name, value)
    expect(await visitor.finish(back)).toMatchObject(over)
    // The provider takes its code once, too: a new errand with the old code.
    const again = new URL(back)
    again.searchParams.set('state', new URL(await visitor.leave()).searchParams.get('state') ?? '')
    expect(await visitor.finish(again)).toMatchObject({ status: 400, json: { code: 'PROVIDER_REFUSED' } })
  })

  it('is neither begun nor finished by a page of another site', async () => {
    const visitor = await serve()
    const back = await new BrowserJar().signIn(await visitor.leave(), home, { account: 'sub-wei' })
    const evil = visitor.from('https://evil.example')
    const refused = { status: 403, json: { code: 'CROSS_ORIGIN' } }
    expect(await evil.post('/session/provider')).toMatchObject(refused)
    expect(await evil.finish(back)).toMatchObject(refused)
    expect((await visitor.finish(back)).status).toBe(200)
  })

  it('begins in a cookie that no script and no other site reaches', async () => {
    const { headers, json } = await (await serve()).post('/session/provider')
    expect(headers['set-cookie']).toEqual([expect.stringMatching(/^citygate_errand=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Strict$/)])
    const { searchParams } = new URL((json as { url: string }).url)
    expect(Object.fromEntries(searchParams)).toMatchObject({
      client_id: 'citygate',
      response_type: 'code',
      redirect_uri: `${home}/sign-in/provider`,
      code_challenge_method: 'S256',
      scope: 'openid profile email groups',
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    })
  })

  it('tells apart a secret that the provider does not know, and takes up another from its file', async () => {
    const visitor = await gateway.serve({ issuer: provider.issuer, clientId: provider.clientId }, { secret: 'another secret' })
    expect(await signIn(visitor, 'sub-wei')).toMatchObject({
      status: 400,
      json: { code: 'PROVIDER_REFUSED', detail: expect.stringContaining('oidc.clientId') },
    })
    gateway.keepSecret(provider.secret)
    expect((await signIn(visitor, 'sub-wei')).status).toBe(200)
  })
})

describe('a second factor', () => {
  it('that was set up here is asked for after the provider, and guesses are counted', async () => {
    await people.addPerson({ id: 'careful', grants: [{ org: '*', role: 'viewer' }] }, tester)
    await people.linkIdentity('careful', provider.issuer, 'sub-careful', tester)
    const { secret } = await people.startSecondFactor('careful', tester)
    await people.confirmSecondFactor('careful', shownBy(secret, Date.now()), tester)
    const visitor = await serve()
    expect(await signIn(visitor, 'sub-careful')).toMatchObject({ status: 401, json: { code: 'CODE_REQUIRED' } })
    expect((await visitor.get('/devices')).status).toBe(401)
    expect(await visitor.another().post('/session/provider/code', { code: '000000' })).toMatchObject({ status: 400, json: { code: 'SIGN_IN_OVER' } })
    expect(await visitor.post('/session/provider/code', { code: 'wrong' })).toMatchObject({ status: 401, json: { code: 'CODE_WRONG' } })
    // The code of the next half minute is taken too: the one of now was used.
    expect(await visitor.post('/session/provider/code', { code: shownBy(secret, Date.now() + 30_000) })).toMatchObject({
      status: 200,
      json: { person: { id: 'careful' } },
    })
    expect((await visitor.get('/devices')).status).toBe(200)
    await signIn(visitor, 'sub-careful')
    for (let tries = 0; tries < 5; tries++) await visitor.post('/session/provider/code', { code: 'wrong' })
    expect(await visitor.post('/session/provider/code', { code: 'wrong' })).toMatchObject({ status: 429, json: { code: 'LOCKED_OUT' } })
  })

  it('is left to the provider where it is said so, which must then name what it asked for', async () => {
    const trusting = await serve({ secondFactor: 'provider', amr: ['mfa', 'hwk'] })
    expect(await signIn(trusting, 'sub-careful', { amr: ['pwd'] })).toMatchObject({ status: 403, json: { code: 'SECOND_FACTOR_MISSING' } })
    expect(await signIn(trusting, 'sub-careful', { amr: ['pwd', 'mfa'] })).toMatchObject({ status: 200, json: { person: { id: 'careful' } } })
    const strict = await serve({ acr: ['phr'] })
    expect(new URL(await strict.leave()).searchParams.get('acr_values')).toBe('phr')
    expect(await signIn(strict, 'sub-careful')).toMatchObject({ status: 403, json: { code: 'SECOND_FACTOR_MISSING' } })
  })
})

describe('an account', () => {
  it('is connected by whoever is signed in and shows the password, and disconnected again', async () => {
    const visitor = await serve()
    await people.unlinkIdentity('li.wei', provider.issuer, 'sub-wei', tester)
    await signedIn(visitor, 'li.wei')
    expect(await visitor.post('/session/provider/connect', { password: 'not it at all' })).toMatchObject({ status: 401, json: { code: 'SIGN_IN_FAILED' } })
    const left = await visitor.post('/session/provider/connect', { password })
    provider.accounts.set('sub-new', {})
    const back = await new BrowserJar().signIn((left.json as { url: string }).url, home, { account: 'sub-new' })
    expect(await visitor.finish(back)).toMatchObject({ status: 200, json: { person: { id: 'li.wei' }, means: 'password' } })
    const identity = { issuer: provider.issuer, subject: 'sub-new', leads: false }
    expect((await visitor.get('/session/identities')).json).toEqual({ identities: [identity] })
    const elsewhere = visitor.another()
    expect((await signIn(elsewhere, 'sub-new')).status).toBe(200)
    const { leads: _leads, ...named } = identity
    expect(await visitor.post('/session/identities/remove', { ...named, password })).toMatchObject({ status: 200, json: { identities: [] } })
    // What the identity opened is over, the session with the password is not.
    expect([(await elsewhere.get('/devices')).status, (await visitor.get('/devices')).status]).toEqual([401, 200])
  })

  it('is not connected with somebody who signed in meanwhile, nor with an identity of somebody else', async () => {
    const visitor = await serve()
    await people.linkIdentity('admin', provider.issuer, 'sub-admin', tester)
    await signedIn(visitor, 'li.wei')
    const connect = async (): Promise<URL> => {
      const { json } = await visitor.post('/session/provider/connect', { password })
      return new BrowserJar().signIn((json as { url: string }).url, home, { account: 'sub-admin' })
    }
    provider.accounts.set('sub-admin', {})
    expect(await visitor.finish(await connect())).toMatchObject({ status: 409, json: { code: 'IDENTITY_TAKEN' } })
    const back = await connect()
    await signedIn(visitor, 'admin')
    expect(await visitor.finish(back)).toMatchObject({ status: 400, json: { code: 'SIGN_IN_OVER' } })
  })
})
