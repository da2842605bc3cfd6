import { readdir, readFile } from 'node:fs/promises'
import type { RejectReason } from '../gateway/model/decoded.ts'
import type { Catalogue } from '../gateway/model/device.ts'
import type { ExampleFrame } from '../gateway/model/frame-reading.ts'
import { protocols } from './protocols/index.ts'

/** Of one protocol: so many that are read, and so many that are refused. */
const MOST_READ = 8
const MOST_REFUSED = 4
/** Of one model. */
const MOST_OF_MODEL = 8
/** Hexadecimal digits of an example; longer vectors are for tests. */
const LONGEST = 2400

interface Vector {
  readonly name: string
  readonly model: string
  readonly hex: string
  readonly expect: { readonly ok: boolean; readonly reason?: RejectReason }
  readonly source: string
}

/**
 * Frames to try things out with: the first vectors of each model from the folders of the protocols. Only of models the catalogue knows. A folder that
 * cannot be read has no examples: the gateway does without them.
 */
export async function loadExampleFrames(catalogue: Catalogue): Promise<readonly ExampleFrame[]> {
  const all = await Promise.all(protocols.map(async ({ id }) => usable(id, await vectorsOf(id), catalogue)))
  return all.flat()
}

function usable(protocol: string, vectors: readonly Vector[], catalogue: Catalogue): ExampleFrame[] {
  const fitting = vectors.filter(({ hex, model }) => hex.length > 0 && hex.length <= LONGEST && catalogue.model(model)?.model.protocol === protocol)
  const ofModels = [...Map.groupBy(fitting, vector => vector.model).values()].map(group => group.slice(0, MOST_OF_MODEL))
  return ofModels.flat().map(({ name, model, hex, source, expect: { reason } }) => ({
    protocol,
    model,
    name,
    hex,
    source,
    ...(reason !== undefined && { reason }),
  }))
}

/** A few of many: first what is read, of as many models as there are, then what is refused, for as many reasons. */
export function choiceOf(examples: readonly ExampleFrame[]): ExampleFrame[] {
  const read = spread(
    examples.filter(({ reason }) => reason === undefined),
    ({ model }) => model,
  )
  const refused = spread(
    examples.filter(({ reason }) => reason !== undefined),
    ({ reason }) => reason ?? '',
  )
  return [...read.slice(0, MOST_READ), ...refused.slice(0, MOST_REFUSED)]
}

/** One of each group, then a second of each, and so on: what is different comes first. */
function spread(vectors: readonly ExampleFrame[], groupOf: (vector: ExampleFrame) => string): ExampleFrame[] {
  const groups = [...Map.groupBy(vectors, groupOf).values()]
  const longest = Math.max(0, ...groups.map(group => group.length))
  return Array.from({ length: longest }, (_, turn) => groups.flatMap(group => group.slice(turn, turn + 1))).flat()
}

async function vectorsOf(protocol: string): Promise<Vector[]> {
  const folder = new URL(`protocols/${protocol}/vectors/`, import.meta.url)
  try {
    const files = (await readdir(folder)).filter(name => name.endsWith('.jsonl')).sort()
    const texts = await Promise.all(files.map(name => readFile(new URL(name, folder), 'utf8')))
    return texts.flatMap(text => text.split('\n').filter(line => line.trim() !== '')).map(line => JSON.parse(line) as Vector)
  } catch {
    return []
  }
}
