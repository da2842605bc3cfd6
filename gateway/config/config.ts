import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { z } from 'zod'
import { GatewayError } from '../model/errors.ts'
import type { CrossCheck } from './cross-check.ts'
import { crossChecks } from './cross-checks.ts'
import { type Environment, fileVariable, fromEnvironment } from './from-environment.ts'
import { fromFile } from './from-file.ts'
import { fromText, type Given, type Source } from './given.ts'
import { configSchema } from './schema.ts'
import { type Setting, settingOf, settings } from './settings.ts'

/** Everything that can be set, frozen. Folders are absolute. */
export type Config = DeepReadonly<z.output<typeof configSchema>>

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T

/** Where the configuration comes from. */
export interface ConfigOptions {
  /** By key (`http.port`), as the command line has them. */
  readonly flags?: Readonly<Record<string, unknown>>
  /** The YAML file; otherwise `CITYGATE_CONFIG`, or `citygate.yaml` in the working folder if there is one. */
  readonly file?: string
  readonly env?: Environment
  readonly workingFolder?: string
}

/** A configuration, and where each value stands that is not the default. */
export interface ConfigWithPlaces {
  readonly config: Config
  readonly places: ReadonlyMap<string, string>
}

/** Taken from the working folder when no file is named. */
const usualFile = 'citygate.yaml'

/**
 * Reads the configuration. Flags count more than variables, variables more than the file, the file more than the defaults.
 *
 * @throws GatewayError CONFIG_INVALID that lists every problem, each with its place and what was expected.
 */
export function loadConfig(options: ConfigOptions = {}): Config {
  return loadConfigWithPlaces(options).config
}

/** Like {@link loadConfig}, and tells where the values come from. */
export function loadConfigWithPlaces(options: ConfigOptions = {}): ConfigWithPlaces {
  const env = options.env ?? process.env
  const folder = options.workingFolder ?? process.cwd()
  const sources = [fileSource(options, env, folder), fromEnvironment(env, folder), fromFlags(options.flags ?? {}, folder)]
  const problems = sources.flatMap(source => source.problems)
  const given = new Map<Setting, Given>(sources.flatMap(source => [...source.values]))

  const raw: RawGroup = {}
  const values = new Map<string, unknown>()
  const refused = new Set<string>()
  for (const setting of settings) {
    // Each group is there even when nothing in it is set.
    const group = groupOf(raw, setting.path)
    const one = given.get(setting)
    const value = absolute(setting, one?.value ?? setting.initial, one?.folder ?? folder)
    if (value === undefined) continue
    group[setting.path.at(-1) ?? ''] = value
    const parsed = setting.schema.safeParse(value)
    if (parsed.success) values.set(setting.key, parsed.data)
    else refused.add(setting.key)
    if (one && !parsed.success) problems.push(refusal(setting, one))
  }
  for (const check of crossChecks) {
    const problem = check.keys.some(key => refused.has(key)) ? undefined : check.problem(key => values.get(key))
    if (problem !== undefined) problems.push(`${placeOf(check, given)}: ${problem}`)
  }
  if (problems.length > 0) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
    throw new GatewayError('CONFIG_INVALID', `${count} in the configuration:\n${problems.map(problem => `  ${problem}`).join('\n')}`)
  }
  const places = new Map([...given].map(([setting, one]) => [setting.key, one.place]))
  return { config: deepFreeze(configSchema.parse(raw)), places }
}

interface RawGroup {
  [name: string]: unknown
}

function groupOf(raw: RawGroup, path: readonly string[]): RawGroup {
  let group = raw
  for (const name of path.slice(0, -1)) {
    const below = group[name]
    const next: RawGroup = isGroup(below) ? below : {}
    group[name] = next
    group = next
  }
  return group
}

function isGroup(value: unknown): value is RawGroup {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Where the value stands that breaks a rule between settings: a default that does not fit is not to blame when something else was set. */
function placeOf(check: CrossCheck, given: ReadonlyMap<Setting, Given>): string {
  for (const key of [check.blames, ...check.keys]) {
    const setting = settingOf(key)
    const one = setting && given.get(setting)
    if (one) return one.place
  }
  return check.blames
}

function fileSource(options: ConfigOptions, env: Environment, folder: string): Source {
  const named = options.file ?? env[fileVariable]
  if (named !== undefined && named !== '') return fromFile(resolve(folder, named), options.file === undefined ? fileVariable : '--config')
  const usual = resolve(folder, usualFile)
  return existsSync(usual) ? fromFile(usual, basename(usual)) : { values: new Map(), problems: [] }
}

function fromFlags(flags: Readonly<Record<string, unknown>>, folder: string): Source {
  const values = new Map<Setting, Given>()
  for (const [key, value] of Object.entries(flags)) {
    const setting = settingOf(key)
    if (setting === undefined) throw new TypeError(`${key} is no setting`)
    if (value !== undefined) values.set(setting, { value: fromText(setting, value), place: setting.option ?? key, folder })
  }
  return { values, problems: [] }
}

function absolute(setting: Setting, value: unknown, folder: string): unknown {
  if (!setting.folder) return value
  if (Array.isArray(value)) return value.map(member => absolute(setting, member, folder))
  return typeof value === 'string' && value.trim() !== '' ? resolve(folder, value.trim()) : value
}

function refusal(setting: Setting, given: Given): string {
  // A file's line does not name the key by itself; a flag or variable is the key's name there.
  const named = given.place.includes(':') ? `${given.place}: ${setting.key}` : given.place
  // A password inside a URL is one of the things that are refused here.
  const text = (typeof given.value === 'string' ? `'${given.value}'` : JSON.stringify(given.value)).replaceAll(/\/\/[^/@]*@/g, '//***@')
  const shown = setting.secret ? '' : `: ${text}`
  return `${named}${shown}: expected ${setting.expected}`
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const below of Object.values(value)) deepFreeze(below)
    Object.freeze(value)
  }
  return value
}
