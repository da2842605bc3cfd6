import { z } from 'zod'
import { groupGrantForm } from '../model/group-grants.ts'
import { notes } from './notes.ts'
import { issuerUrl, list, text } from './values.ts'

const claim = text.max(128)

/** Where people sign in elsewhere, and who may come in with that. */
export const oidcSettings = z.strictObject({
  issuer: issuerUrl.exactOptional().register(notes, {
    about: 'People may sign in at this provider of OpenID Connect: its issuer, as it calls itself. Needs `oidc.clientId` and `http.publicUrl`.',
    expected: 'an https URL without query (http only on this machine)',
    argument: 'URL',
    example: 'https://id.example.org/realms/city',
  }),
  clientId: text.max(255).exactOptional().register(notes, {
    about: 'What the provider calls this gateway. Register `/sign-in/provider` below `http.publicUrl` there as the only redirect URI.',
    expected: 'a text of at most 255 characters',
    argument: 'ID',
    example: 'citygate',
  }),
  clientSecretFile: text.exactOptional().register(notes, {
    about:
      'The file with the secret that the provider gave out for this gateway, in one line. Unset: the gateway shows none (a public client, with PKCE as always).',
    expected: 'a file',
    argument: 'FILE',
    folder: true,
    example: '/etc/citygate/oidc-secret',
  }),
  name: text.max(60).prefault('OpenID Connect').register(notes, {
    about: 'What people call the provider: it stands on the button to sign in.',
    expected: 'a text of at most 60 characters',
    argument: 'NAME',
    example: 'City account',
  }),
  scopes: list(text.regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/))
    .prefault(['profile'])
    .register(notes, {
      about: 'What the provider is asked to tell, beside `openid`.',
      expected: 'scopes (a list in the file, separated by commas elsewhere)',
      argument: 'SCOPES',
      list: true,
    }),
  unknownPeople: z.enum(['refuse', 'create']).prefault('refuse').register(notes, {
    about:
      'What becomes of people that the provider knows and the gateway does not. `refuse`: only those who were linked come in. `create`: whoever has a role by `oidc.grants` is added when they first come.',
    expected: 'refuse or create',
    argument: 'WHAT',
  }),
  idClaim: claim.prefault('preferred_username').register(notes, {
    about: 'The claim of the ID token that people who are added are called by. With `email` the provider must say that it verified the address.',
    expected: 'the name of a claim',
    argument: 'CLAIM',
  }),
  groupsClaim: claim.prefault('groups').register(notes, {
    about: 'The claim of the ID token that names the groups of a person: a list of texts, or one text.',
    expected: 'the name of a claim',
    argument: 'CLAIM',
  }),
  grants: list(text.regex(groupGrantForm)).prefault([]).register(notes, {
    about:
      'The roles that groups give to people who were added by `oidc.unknownPeople: create`, each time they sign in. Of several in one organisation the highest counts; whoever has none is refused.',
    expected: 'GROUP:ORG=ROLE, such as drivers:pudong-bus=viewer or it:*=admin (a list in the file, separated by commas elsewhere)',
    argument: 'GRANTS',
    list: true,
    example: 'dispatchers:pudong-bus=operator',
  }),
  secondFactor: z.enum(['own', 'provider']).prefault('own').register(notes, {
    about:
      'Whose second factor counts. `own`: people who set one up here are asked for its code after the provider, too. `provider`: they are not; `oidc.amr` or `oidc.acr` say what the provider must have asked for.',
    expected: 'own or provider',
    argument: 'WHOSE',
  }),
  acr: list(text.max(255)).prefault([]).register(notes, {
    about:
      'How people must have signed in at the provider: it is asked for one of these authentication context classes, and anybody who signed in otherwise is refused.',
    expected: 'values of the claim acr (a list in the file, separated by commas elsewhere)',
    argument: 'VALUES',
    list: true,
    example: 'phr',
  }),
  amr: list(text.max(64)).prefault([]).register(notes, {
    about: 'Authentication methods of which the provider must name one (RFC 8176), such as `mfa`; anybody who signed in otherwise is refused.',
    expected: 'values of the claim amr (a list in the file, separated by commas elsewhere)',
    argument: 'VALUES',
    list: true,
    example: 'mfa',
  }),
})
