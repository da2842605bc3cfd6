import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What an installed package says of itself. */
interface Installed {
  readonly name?: string
  readonly version?: string
  readonly licence?: string
}

/** Reads a package's own package.json; undefined when it is not installed: it is for another platform. */
export function installed(root: string, folder: string): Installed | undefined {
  let json: { readonly name?: string; readonly version?: string; readonly license?: unknown; readonly licenses?: unknown }
  try {
    json = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  // Before SPDX, packages named their licences as objects, or as a list of them to choose from.
  const given: unknown = json.license ?? json.licenses
  const licence = (Array.isArray(given) ? given : [given]).map(typeOf).join(' OR ')
  return { ...(json.name !== undefined && { name: json.name }), ...(json.version !== undefined && { version: json.version }), licence }
}

function typeOf(licence: unknown): string {
  if (typeof licence === 'string') return licence
  return typeof licence === 'object' && licence !== null && 'type' in licence ? String(licence.type) : ''
}
