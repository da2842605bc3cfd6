import type { AttemptWatch } from './model/attempt-watch.ts'
import type { Log } from './model/log.ts'
import type { Person } from './model/people.ts'
import { soleOrg } from './model/roles.ts'
import { type KnownName, SignInWatch } from './registry/audit/sign-in-watch.ts'
import type { Registry } from './registry/registry.ts'

/** Those who write sign-ins that were turned away into the audit: people's, and those over MQTT. */
export function openSignInWatches(
  registry: Registry,
  log: Log,
  now: () => number,
): { readonly people: AttemptWatch; readonly mqtt: AttemptWatch; readonly stop: () => Promise<void> } {
  const { audit } = registry
  const people = new SignInWatch({ audit, log, now, known: name => knownPerson(registry.people.person(name)) })
  const mqtt = new SignInWatch({
    audit,
    log,
    now,
    known: name => {
      const device = registry.get(name)
      return device && { subject: `device:${device.id}`, org: device.org }
    },
  })
  people.start()
  mqtt.start()
  return { people, mqtt, stop: async () => void (await Promise.all([people.stop(), mqtt.stop()])) }
}

/** Administrators of the one organisation in which all roles of somebody lie see who tries their name; of others it is for those who administer every one. */
function knownPerson(person: Person | undefined): KnownName | undefined {
  if (person === undefined) return undefined
  const org = soleOrg(person.grants)
  return { subject: `person:${person.id}`, ...(org !== undefined && { org }) }
}
