import type { CrossCheck } from './cross-check.ts'

/** What must hold between the settings of signing in at a provider. */
export const oidcChecks: readonly CrossCheck[] = [
  {
    keys: ['oidc.issuer', 'oidc.clientId'],
    blames: 'oidc.issuer',
    problem: value =>
      value('oidc.issuer') !== undefined && value('oidc.clientId') === undefined
        ? 'oidc.issuer is set and oidc.clientId is not: register this gateway at the provider, and say what it is called there'
        : undefined,
  },
  {
    keys: ['oidc.clientId', 'oidc.issuer'],
    blames: 'oidc.clientId',
    problem: value => needsIssuer(value, 'oidc.clientId'),
  },
  {
    keys: ['oidc.clientSecretFile', 'oidc.issuer'],
    blames: 'oidc.clientSecretFile',
    problem: value => needsIssuer(value, 'oidc.clientSecretFile'),
  },
  {
    keys: ['oidc.issuer', 'http.publicUrl'],
    blames: 'oidc.issuer',
    problem: value =>
      value('oidc.issuer') !== undefined && value('http.publicUrl') === undefined
        ? 'oidc.issuer is set and http.publicUrl is not: the provider sends people back there, such as https://city.example.org'
        : undefined,
  },
  {
    keys: ['oidc.unknownPeople', 'oidc.grants'],
    blames: 'oidc.unknownPeople',
    problem: value =>
      value('oidc.unknownPeople') === 'create' && sizeOf(value('oidc.grants')) === 0
        ? "oidc.unknownPeople is 'create' and oidc.grants is empty: nobody would have a role, so nobody would come in; say which groups give which"
        : undefined,
  },
]

function needsIssuer(value: (key: string) => unknown, key: string): string | undefined {
  return value(key) !== undefined && value('oidc.issuer') === undefined ? `${key} is set and oidc.issuer is not: it says which provider is meant` : undefined
}

function sizeOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0
}
