import { accessSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import { type Config, loadConfig } from '../config/config.ts'
import { GatewayError } from '../model/errors.ts'
import { registryPlace } from '../registry/place.ts'
import { Registry } from '../registry/registry.ts'
import { commandLog } from './command-log.ts'
import { configOptions } from './config-options.ts'

/** Longer than a running gateway needs to see a change: when the command ends, what it added can be used. */
const FOLLOWED_MS = 400

/** The settings that say which registry a command works on. */
export const registryKeys = ['data', 'registry.url', 'registry.username'] as const

/** Changes the registry of the configuration. A gateway that runs on it goes on, and knows what changed when this is done. */
export async function changeRegistry<T>(command: Command, work: (registry: Registry, config: Config) => Promise<T>): Promise<T> {
  const result = await withRegistry(command, work)
  await delay(FOLLOWED_MS)
  return result
}

/** Opens the registry of the configuration for a command. */
export async function withRegistry<T>(command: Command, work: (registry: Registry, config: Config) => Promise<T>): Promise<T> {
  const config = loadConfig(configOptions(command))
  const registry = new Registry({ ...registryPlace(config), log: commandLog, now: Date.now })
  await registry.start()
  try {
    return await work(registry, config)
  } finally {
    await registry.stop()
  }
}

/**
 * Says on standard error that nothing has been registered in this data folder: it may be the wrong one. Reading commands make no file.
 * Throws REGISTRY_UNUSABLE where this user may not look.
 */
export function isMissing(command: Command): boolean {
  const place = registryPlace(loadConfig(configOptions(command)))
  if (!('file' in place)) return false
  const { file } = place
  try {
    accessSync(file)
    return false
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'ENOENT' && code !== 'ENOTDIR')
      throw new GatewayError('REGISTRY_UNUSABLE', `the registry ${file} can not be read by this user: ask as the user that runs the gateway`, { cause: error })
  }
  console.error(`nothing is registered yet: ${file} does not exist (is --data right?)`)
  return true
}
