import { GatewayError } from '../../model/errors.ts'
import { isId } from '../../model/ids.ts'
import type { PersonDraft } from '../../model/people.ts'
import { everyOrg, roles } from '../../model/roles.ts'

const ID = /^[a-z0-9][a-z0-9._@-]{0,63}$/
const LONGEST_NAME = 100
const MOST_GRANTS = 100

/** Throws PERSON_INVALID. OpenID Connect Core 1.0 § 2: an issuer is a URL, and `sub` has at most 255 characters. */
export function checkIdentity(issuer: string, subject: string): void {
  if (issuer.length > 500 || !URL.canParse(issuer)) throw new GatewayError('PERSON_INVALID', 'the issuer of an identity is a URL of at most 500 characters')
  // Control characters would reach terminals and logs.
  if (subject.length > 255 || subject === '' || /\p{C}/u.test(issuer + subject))
    throw new GatewayError('PERSON_INVALID', 'the subject of an identity has 1 to 255 characters, none of them a control character')
}

/** Throws PERSON_INVALID with what was expected. */
export function checkPerson({ id, name, grants }: PersonDraft): void {
  const problems: string[] = []
  if (!ID.test(id)) problems.push('id: expected 1 to 64 of a-z 0-9 . _ @ -, a letter or digit first')
  // Control characters would reach terminals and logs.
  if (name !== undefined && (Array.from(name).length > LONGEST_NAME || name.trim() === '' || /\p{C}/u.test(name)))
    problems.push(`name: expected 1 to ${LONGEST_NAME} characters without control characters`)
  if (grants.length > MOST_GRANTS) problems.push(`grants: more than ${MOST_GRANTS}`)
  if (new Set(grants.map(({ org }) => org)).size < grants.length) problems.push('grants: an organisation is there twice')
  for (const { org, role } of grants.slice(0, MOST_GRANTS)) {
    if (org !== everyOrg && !isId(org))
      problems.push(`grants: ${JSON.stringify(org.slice(0, 64))} is no organisation: expected 1 to 64 of A-Z a-z 0-9 . _ -, or * for every one`)
    if (!roles.includes(role)) problems.push(`grants: there is no role ${JSON.stringify(String(role).slice(0, 64))}: expected ${roles.join(', ')}`)
  }
  if (problems.length > 0) throw new GatewayError('PERSON_INVALID', problems.join('; '))
}
