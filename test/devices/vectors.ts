import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { protocols } from '../../devices/protocols/index.ts'
import type { RejectReason } from '../../gateway/model/decoded.ts'
import type { Catalogue } from '../../gateway/model/device.ts'
import type { DecodedReading } from '../../gateway/model/reading.ts'

/** A frame and what it means: one line of a `vectors/*.jsonl`. */
export interface Vector {
  readonly name: string
  readonly model: string
  readonly hex: string
  readonly expect: { readonly ok: true; readonly readings: readonly DecodedReading[] } | { readonly ok: false; readonly reason: RejectReason }
  readonly source: string
  readonly protocol: string
}

const devices = new URL('../../devices/', import.meta.url)

/** All vectors of a protocol's folder; fails the test run when it has none. */
export async function vectorsOf(protocol: string): Promise<Vector[]> {
  const folder = new URL(`protocols/${protocol}/vectors/`, devices)
  const files = (await readdir(folder)).filter(name => name.endsWith('.jsonl'))
  const lines = await Promise.all(files.map(async name => (await readFile(new URL(name, folder), 'utf8')).split('\n').filter(line => line !== '')))
  return lines.flat().map(line => ({ ...(JSON.parse(line) as Omit<Vector, 'protocol'>), protocol }))
}

export async function allVectors(): Promise<Vector[]> {
  return (await Promise.all(protocols.map(protocol => vectorsOf(protocol.id)))).flat()
}

/** The built-in models and those of every example folder. */
export async function catalogueWithExamples(): Promise<Catalogue> {
  const examples = fileURLToPath(new URL('models/examples/', devices))
  const folders = (await readdir(examples, { withFileTypes: true })).filter(entry => entry.isDirectory()).map(entry => `${examples}${entry.name}`)
  return loadCatalogue({ folders })
}
