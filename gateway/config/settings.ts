import { z } from 'zod'
import { notes, type SettingNotes } from './notes.ts'
import { configSchema } from './schema.ts'

/** One leaf of the schema, with its names in all the places it can be set. */
export interface Setting extends SettingNotes {
  /** In the file: `http.port`. */
  readonly key: string
  readonly path: readonly string[]
  /** On the command line: `--http`. Absent for secrets. */
  readonly option?: string
  /** In the environment: `CITYGATE_HTTP`. */
  readonly variable: string
  readonly schema: z.ZodType
  /** As it would be written in a file. Absent: nothing is set. */
  readonly initial?: unknown
}

/** All settings, in the schema's order. */
export const settings: readonly Setting[] = leaves(configSchema, [])

/** A setting by its key. */
export function settingOf(key: string): Setting | undefined {
  return settings.find(setting => setting.key === key)
}

function leaves(schema: z.ZodObject, above: readonly string[]): Setting[] {
  return Object.entries(schema.shape).flatMap(([name, below]) => {
    const path = [...above, name]
    if (below instanceof z.ZodObject) return leaves(below, path)
    if (!(below instanceof z.ZodType)) throw new TypeError(`${path.join('.')} is no schema`)
    return [leaf(below, path)]
  })
}

function leaf(schema: z.ZodType, path: readonly string[]): Setting {
  const key = path.join('.')
  const about = notes.get(schema)
  if (about === undefined) throw new TypeError(`${key} has no notes`)
  const flag = about.flag ?? wordsOf(path).join('-')
  return {
    ...about,
    key,
    path,
    schema,
    variable: `CITYGATE_${flag.toUpperCase().replaceAll('-', '_')}`,
    ...(!about.secret && { option: `--${flag}` }),
    ...(schema instanceof z.ZodPrefault && { initial: schema.def.defaultValue }),
  }
}

/** `['http', 'mapStyle']` in words: http, map, style. */
export function wordsOf(path: readonly string[]): readonly string[] {
  return path.flatMap(part => part.replaceAll(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`).split(' '))
}
