import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A lie that the provider tells: what differs from an honest answer. */
export interface Lie {
  /** What it says of itself. */
  readonly metadata?: object
  readonly header?: object
  readonly claims?: object
  /** Signs with this, whatever the header says. */
  readonly signature?: 'none' | 'hmac' | 'foreign key' | 'broken'
  /** Answers of the token endpoint, or of all of it. */
  readonly token?: (response: ServerResponse) => void
  readonly everything?: (response: ServerResponse) => void
}

/** A fake provider that signs whatever a test tells it to: for what no honest one does. */
export interface HostileProvider {
  readonly issuer: string
  lie: Lie
  /** The query with which it would send somebody back who left for `url`. */
  back(url: string, changes?: Readonly<Record<string, string>>): string
  stop(): Promise<void>
}

export async function startHostileProvider(): Promise<HostileProvider> {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...own.publicKey.export({ format: 'jwk' }), kid: 'own', alg: 'ES256', use: 'sig' }
  const nonces = new Map<string, string>()
  let lie: Lie = {}
  const server = createServer((request, response) => void answer(request.url ?? '', text(request), response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const json = (response: ServerResponse, body: object): void => {
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(body))
  }
  const answer = async (url: string, body: Promise<string>, response: ServerResponse): Promise<void> => {
    if (lie.everything) lie.everything(response)
    else if (url === '/.well-known/openid-configuration') json(response, { ...honest(issuer), ...lie.metadata })
    else if (url === '/keys') json(response, { keys: [jwk] })
    else if (lie.token) lie.token(response)
    else {
      const code = new URLSearchParams(await body).get('code') ?? ''
      json(response, { access_token: 'a', token_type: 'Bearer', expires_in: 60, id_token: idToken(lie, issuer, nonces.get(code) ?? '', own, foreign) })
    }
  }
  return {
    issuer,
    get lie() {
      return lie
    },
    set lie(next) {
      lie = next
    },
    back: (url, changes = {}) => {
      const asked = new URL(url).searchParams
      const code = `code-${nonces.size}`
      nonces.set(code, asked.get('nonce') ?? '')
      return new URLSearchParams({ code, state: asked.get('state') ?? '', iss: issuer, ...changes }).toString()
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function honest(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
    authorization_response_iss_parameter_supported: true,
  }
}

type Pair = { readonly privateKey: KeyObject; readonly publicKey: KeyObject }

function idToken(lie: Lie, issuer: string, nonce: string, own: Pair, foreign: Pair): string {
  const now = Math.floor(Date.now() / 1_000)
  const claims = { iss: issuer, sub: 'sub-1', aud: 'citygate', iat: now, exp: now + 300, nonce, ...lie.claims }
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'ES256', kid: 'own', ...lie.header })}.${part(claims)}`
  const by = ({ privateKey }: Pair): string => sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')
  switch (lie.signature) {
    case 'none':
      return `${signed}.`
    case 'hmac':
      // The public key as a secret: what a verifier does that believes the header.
      return `${signed}.${createHmac('sha256', own.publicKey.export({ format: 'pem', type: 'spki' }))
        .update(signed)
        .digest('base64url')}`
    case 'foreign key':
      return `${signed}.${by(foreign)}`
    case 'broken':
      return `${signed}.${by(own).split('').reverse().join('')}`
    default:
      return `${signed}.${by(own)}`
  }
}
