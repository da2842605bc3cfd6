import type { Config, ConfigWithPlaces } from './config.ts'
import { settings } from './settings.ts'

/** One line of a configuration that is shown to people or scripts. */
export interface ShownSetting {
  readonly key: string
  /** `***` for a secret that is set. */
  readonly value: unknown
  /** Flag, variable or line of the file; `default` otherwise. */
  readonly from: string
}

/** The configuration in force, setting by setting, without secrets. */
export function shownConfig({ config, places }: ConfigWithPlaces): readonly ShownSetting[] {
  return settings.flatMap(({ key, path, secret }) => {
    const value = valueAt(config, path)
    return value === undefined ? [] : [{ key, value: secret ? '***' : value, from: places.get(key) ?? 'default' }]
  })
}

function valueAt(config: Config, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (group, name) => (typeof group === 'object' && group !== null ? Object.entries(group).find(([key]) => key === name)?.[1] : undefined),
    config,
  )
}
