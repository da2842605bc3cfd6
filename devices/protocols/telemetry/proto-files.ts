import protobuf from 'protobufjs'
import type { ModelFiles } from '../protocol.ts'

/** The message type that a mapping names, with all that its file imports; or what is wrong. */
export type MessageType = { readonly type: protobuf.Type } | { readonly key: 'proto' | 'message'; readonly message: string }

/**
 * Reads a .proto file and its imports, all from memory, and finds a message in it. The well-known types of `google/protobuf/` that protobufjs carries
 * (any, duration, empty, field_mask, struct, timestamp, wrappers) need no file.
 */
export function findMessage(file: string, message: string, files: ModelFiles): MessageType {
  const root = new protobuf.Root()
  const problem = addFile(root, file, files, new Set())
  if (problem !== undefined) return { key: 'proto', message: problem }
  try {
    root.resolveAll()
    const type = root.lookup(message, protobuf.Type)
    if (type instanceof protobuf.Type) return { type }
  } catch (error) {
    return { key: 'proto', message: `${file}: ${text(error)}` }
  }
  return { key: 'message', message: `${file} has no message "${message}"; it has ${messageNames(root).join(', ')}` }
}

function addFile(root: protobuf.Root, file: string, files: ModelFiles, added: Set<string>): string | undefined {
  if (added.has(file)) return undefined
  added.add(file)
  const source = files.get(file)
  const known = protobuf.common.get(file)
  if (source === undefined && known) {
    root.addJSON(known.nested ?? {})
    return undefined
  }
  if (source === undefined) return `expected a file "${file}" beside the model; there is ${[...files.keys()].join(', ') || 'none'}`
  try {
    const parsed = protobuf.parse(source, root, { keepCase: true })
    for (const name of [...(parsed.imports ?? []), ...(parsed.weakImports ?? [])]) {
      const problem = addFile(root, name, files, added)
      if (problem !== undefined) return `${file} imports "${name}": ${problem}`
    }
    return undefined
  } catch (error) {
    return `${file}: ${text(error)}`
  }
}

function messageNames(namespace: protobuf.NamespaceBase): string[] {
  return namespace.nestedArray.flatMap(nested => {
    const own = nested instanceof protobuf.Type ? [nested.fullName.replace(/^\./, '')] : []
    const inner = nested instanceof protobuf.Namespace || nested instanceof protobuf.Type ? messageNames(nested) : []
    return [...own, ...inner]
  })
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
