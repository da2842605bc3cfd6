import { fileURLToPath } from 'node:url'
import type { Catalogue, ModelEntry } from '../gateway/model/device.ts'
import { GatewayError } from '../gateway/model/errors.ts'
import { kinds } from './kinds/index.ts'
import { makeEntry } from './model-entry.ts'
import { readModelFile } from './model-file.ts'
import { readModelFolder, readOwnProtoFiles } from './model-folder.ts'

const BUILT_IN = fileURLToPath(new URL('models', import.meta.url))

/**
 * Loads every kind, protocol and model: those that come with Citygate, and those in a city's folders (each `*.json` a model, with files such as its
 * `.proto` beside it or below). Throws one `MODEL_INVALID` that lists every problem with file, line and what was expected.
 */
export async function loadCatalogue(options: { readonly folders?: readonly string[] } = {}): Promise<Catalogue> {
  const kindsById = new Map(kinds.map(kind => [kind.id, kind]))
  const own = await readOwnProtoFiles()
  const entries = new Map<string, ModelEntry>()
  const problems: string[] = []
  for (const folder of [BUILT_IN, ...(options.folders ?? [])]) {
    const { models, files } = await readModelFolder(folder)
    for (const { file, source } of models) {
      const read = readModelFile(shortName(file), source)
      if (!('model' in read)) {
        problems.push(...read)
        continue
      }
      const { model, say } = read
      if (entries.has(model.id)) {
        problems.push(say({ path: ['model'], message: `there is another model "${model.id}"; expected an id of its own` }))
        continue
      }
      const entry = makeEntry(model, new Map([...own, ...files]))
      if (Array.isArray(entry)) problems.push(...entry.map(say))
      else entries.set(model.id, { ...entry, file: { text: source, builtIn: folder === BUILT_IN } })
    }
  }
  if (problems.length > 0) throw new GatewayError('MODEL_INVALID', `models that cannot be used:\n${problems.join('\n')}`)
  return {
    kind: id => kindsById.get(id),
    kinds: () => kindsById.values(),
    model: id => entries.get(id),
    models: () => entries.values(),
  }
}

/** Built-in files by their place in the project, a city's as they were given. */
function shortName(file: string): string {
  return file.startsWith(BUILT_IN) ? `devices/models${file.slice(BUILT_IN.length)}` : file
}
