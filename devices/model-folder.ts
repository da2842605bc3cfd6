import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GatewayError } from '../gateway/model/errors.ts'

/** What a folder of models holds: the model files, and the texts that may stand beside them. */
export interface ModelFolder {
  readonly models: readonly { readonly file: string; readonly source: string }[]
  /** `.proto` files by name, with forward slashes. */
  readonly files: ReadonlyMap<string, string>
}

const OWN_PROTO = fileURLToPath(new URL('../proto', import.meta.url))
/** A model or .proto larger than this was put there by mistake. Bytes. */
const LARGEST_FILE = 1_048_576

/** Reads the `*.json` of a folder as models (a `*.schema.json` is none) and its `*.proto`, subfolders included, as the files they may name. Throws `MODEL_INVALID` when it cannot. */
export async function readModelFolder(folder: string): Promise<ModelFolder> {
  const models = (await names(folder, false)).filter(name => name.endsWith('.json') && !name.endsWith('.schema.json')).sort()
  return {
    models: await Promise.all(models.map(async name => ({ file: join(folder, name), source: await readText(join(folder, name)) }))),
    files: await readProtoFiles(folder),
  }
}

/** Citygate's own `.proto` files, which every model may name. */
export function readOwnProtoFiles(): Promise<Map<string, string>> {
  return readProtoFiles(OWN_PROTO)
}

/** The `.proto` files below a folder, by their path from it. */
export async function readProtoFiles(folder: string): Promise<Map<string, string>> {
  const found = (await names(folder, true)).filter(name => name.endsWith('.proto')).sort()
  return new Map(await Promise.all(found.map(async name => [name.split(sep).join('/'), await readText(join(folder, name))] as const)))
}

async function names(folder: string, recursive: boolean): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive, withFileTypes: true })
    return entries.filter(entry => entry.isFile()).map(entry => relative(folder, join(entry.parentPath, entry.name)))
  } catch (cause) {
    throw new GatewayError('MODEL_INVALID', `the models folder ${folder} cannot be read: ${reason(cause)}`, { cause })
  }
}

async function readText(file: string): Promise<string> {
  try {
    const bytes = await readFile(file)
    if (bytes.length > LARGEST_FILE) throw new GatewayError('MODEL_INVALID', `${file} has ${bytes.length} bytes; at most ${LARGEST_FILE} are read`)
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause
    throw new GatewayError('MODEL_INVALID', `${file} cannot be read: ${reason(cause)}`, { cause })
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
