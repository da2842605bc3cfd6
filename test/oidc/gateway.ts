import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AttemptLimiter, personAttemptRules } from '../../gateway/model/attempts.ts'
import { type OidcOptions, OidcProvider } from '../../gateway/oidc/oidc-provider.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { type Answered, ask } from '../api/ask.ts'
import { type City, startCity } from '../api/city.ts'
import { MemoryLog } from '../support/log.ts'
import { tester } from '../support/tester.ts'

/** Where browsers reach the gateway of these tests. */
export const home = 'https://city.example'
export const password = 'tram ginger oblique 7'

/** How a provider is set up where nothing else is said: as the settings have it, but for the name. */
export const usualOptions = {
  name: 'City account',
  scopes: ['profile'],
  unknownPeople: 'refuse',
  grants: [],
  idClaim: 'preferred_username',
  groupsClaim: 'groups',
  secondFactor: 'own',
  acr: [],
  amr: [],
} as const satisfies Omit<OidcOptions, 'issuer' | 'clientId'>

/** The gateway's API over a registry on disk and the real client of OpenID Connect. */
export class OidcGateway {
  readonly registry: Registry
  readonly log = new MemoryLog()
  readonly #folder = mkdtempSync(join(tmpdir(), 'citygate-oidc-'))
  readonly #cities: City[] = []

  constructor() {
    this.registry = new Registry({ file: join(this.#folder, 'registry.db'), log: this.log, now: Date.now })
  }

  async start(): Promise<void> {
    await this.registry.start()
    const { people } = this.registry
    await people.addPerson({ id: 'admin', grants: [{ org: '*', role: 'admin' }] }, tester)
    await people.addPerson({ id: 'li.wei', name: '李伟', grants: [{ org: 'pudong', role: 'viewer' }] }, tester)
    await people.setPassword('li.wei', password, undefined, tester)
  }

  /** A server with a provider as it is configured. `patient`: nobody is locked out. */
  async serve(
    options: Partial<OidcOptions> & Pick<OidcOptions, 'issuer' | 'clientId'>,
    more: { readonly secret?: string; readonly patient?: true; readonly timeoutSeconds?: number } = {},
  ): Promise<Visitor> {
    const { secret, timeoutSeconds } = more
    const clientSecretFile = join(this.#folder, 'secret')
    if (secret !== undefined) this.keepSecret(secret)
    const { people } = this.registry
    const provider = new OidcProvider(
      {
        ...usualOptions,
        scopes: ['profile', 'email', 'groups'],
        ...(secret !== undefined && { clientSecretFile }),
        ...options,
      },
      { publicUrl: home, people, log: this.log, ...(timeoutSeconds !== undefined && { timeoutSeconds }) },
    )
    const rules = more.patient ? { ...personAttemptRules, wrongsBeforeLock: 1e6, wrongsPerAddress: 1e6, wrongsBeforeDelay: 1e6 } : personAttemptRules
    const city = await startCity({ access: 'sign-in', signIn: { people, attempts: new AttemptLimiter({ rules }), provider } })
    this.#cities.push(city)
    return new Visitor(city)
  }

  /** What the provider gave out for the gateway, in the file where it is read. */
  keepSecret(secret: string): void {
    writeFileSync(join(this.#folder, 'secret'), `${secret}\n`)
  }

  async stop(): Promise<void> {
    for (const { server } of this.#cities) await server.stop()
    await this.registry.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** A browser at the gateway's page: asks as the page does, and holds the gateway's cookies. */
export class Visitor {
  readonly city: City
  readonly cookies = new Map<string, string>()

  readonly #origin: string

  constructor(city: City, origin: string = home) {
    this.city = city
    this.#origin = origin
  }

  /** The same browser, at a page of another site that has got hold of its cookies. */
  from(origin: string): Visitor {
    const elsewhere = new Visitor(this.city, origin)
    for (const [name, value] of this.cookies) elsewhere.cookies.set(name, value)
    return elsewhere
  }

  /** Another browser. */
  another(): Visitor {
    return new Visitor(this.city)
  }

  async post(path: string, body?: object): Promise<Answered> {
    return this.#keep(await ask(this.city, `/api/v1${path}`, { method: 'POST', headers: this.#headers(), ...(body && { body: JSON.stringify(body) }) }))
  }

  async get(path: string): Promise<Answered> {
    return ask(this.city, `/api/v1${path}`, { headers: this.#headers() })
  }

  /** Where the gateway sends the browser. */
  async leave(): Promise<string> {
    const { status, json, text } = await this.post('/session/provider')
    if (status !== 200) throw new Error(text)
    return (json as { url: string }).url
  }

  finish(back: URL): Promise<Answered> {
    return this.post('/session/provider/finish', { query: back.search.slice(1) })
  }

  #headers(): Record<string, string> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    return { Host: new URL(home).host, Origin: this.#origin, ...(cookie !== '' && { Cookie: cookie }) }
  }

  #keep(answered: Answered): Answered {
    for (const line of answered.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return answered
  }
}
