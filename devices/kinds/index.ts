import { readdir } from 'node:fs/promises'
import type { Kind } from '../../gateway/model/kind.ts'

/** Every kind in this folder, by id. Read from the folder when the program starts, so that a kind is one file and no list has to be edited. */
export const kinds: readonly Kind[] = await readKinds()

async function readKinds(): Promise<Kind[]> {
  const found = new Map<string, Kind>()
  const names = (await readdir(new URL('.', import.meta.url))).filter(name => name.endsWith('.ts') && name !== 'index.ts')
  for (const name of names.sort()) {
    const module = (await import(new URL(name, import.meta.url).href)) as Readonly<Record<string, unknown>>
    const here = Object.values(module).filter(isKind)
    if (here.length === 0) throw new Error(`devices/kinds/${name} exports no kind: it should export what defineKind answers`)
    for (const kind of here) {
      if (found.has(kind.id)) throw new Error(`devices/kinds/${name}: there is another kind "${kind.id}"`)
      found.set(kind.id, kind)
    }
  }
  return [...found.values()]
}

function isKind(value: unknown): value is Kind {
  return typeof value === 'object' && value !== null && 'id' in value && 'fields' in value && 'staleAfterSeconds' in value
}
