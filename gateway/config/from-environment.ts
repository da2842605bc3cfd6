import { closest } from './closest.ts'
import { fromText, type Given, type Source, unknownName } from './given.ts'
import { type Setting, settings, wordsOf } from './settings.ts'

/** The environment of this process, or one that a test makes. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Names the configuration file; no setting itself. */
export const fileVariable = 'CITYGATE_CONFIG'

/** The settings among the variables. An empty one counts as not set, as Compose writes them. */
export function fromEnvironment(env: Environment, folder: string): Source {
  const values = new Map<Setting, Given>()
  const problems: string[] = []
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith('CITYGATE_') || value === undefined || value === '' || name === fileVariable) continue
    const setting = settings.find(one => one.variable === name)
    if (setting) values.set(setting, { value: fromText(setting, value), place: name, folder })
    else if (!isServiceVariable(name, value)) problems.push(unknownName(name, 'variable', meantBy(name)))
  }
  return { values, problems }
}

/** Someone who writes the whole key (`CITYGATE_HTTP_PORT`) gets the short name, too. */
function meantBy(name: string): string | undefined {
  const whole = settings.find(({ path }) => `CITYGATE_${wordsOf(path).join('_').toUpperCase()}` === name)
  return whole?.variable ?? closest(name, [...settings.map(setting => setting.variable), fileVariable])
}

/**
 * Kubernetes gives each container variables for every service of its namespace (kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
 * Those of a service called `citygate…` look like ours and are not.
 */
function isServiceVariable(name: string, value: string): boolean {
  if (/_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$/.test(name) || /_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name)) return true
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value)
}
