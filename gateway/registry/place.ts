import { join } from 'node:path'
import type { RegistryPlace } from './database.ts'

/** The settings that say where the registry is kept. */
export interface RegistrySettings {
  readonly url?: string
  readonly username: string
  readonly password?: string
}

/** Where the registry of a configuration is kept: in its data folder unless a server is named. */
export function registryPlace({ data, registry }: { readonly data: string; readonly registry: RegistrySettings }): RegistryPlace {
  const { url, username, password } = registry
  if (url === undefined) return { file: join(data, 'registry.db') }
  return { postgres: { url, username, ...(password !== undefined && { password }) } }
}
