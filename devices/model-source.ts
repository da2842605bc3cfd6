import { z } from 'zod'
import type { Model } from '../gateway/model/device.ts'
import { isId } from '../gateway/model/ids.ts'
import type { PlacedProblem } from '../gateway/model/model-bench.ts'
import { lineAndColumn, readJsonText } from './json-text.ts'
import { type MappingProblem, pathText, schemaProblems } from './protocols/mapping-error.ts'

const id = z.string({ error: 'expected an id' }).refine(isId, { error: 'expected an id: 1 to 64 of A–Z a–z 0–9 . _ -' })
const text = (what: string) =>
  z
    .string({ error: `expected a text: ${what}` })
    .trim()
    .min(1, { error: `expected a text: ${what}` })
    .describe(what)
/** What every model says, whatever its protocol. */
export const modelHeader = z.looseObject({
  /** Where the form of this file stands, for editors. */
  $schema: z.string().optional(),
  model: id,
  maker: text('who makes it'),
  title: z.strictObject({ en: text('its name in English'), zh: text('its name in Chinese') }, { error: 'expected { "en", "zh" }' }),
  kind: id,
  protocol: id,
  source: text('where the mapping comes from (manual, standard, capture)'),
  verified: text('what the mapping was checked against'),
})

/** A model that was read from its text, and how to find a place in it. */
export interface ModelSource {
  readonly model: Model
  readonly placed: (problem: MappingProblem) => PlacedProblem
}

/**
 * Reads a model from JSON text. What is not about every model (`model`, `maker`, `title`, `kind`, `protocol`, `source`, `verified`) is its mapping, for
 * the protocol to check. Answers the problems when it is no model.
 */
export function readModelSource(source: string): ModelSource | readonly PlacedProblem[] {
  const json = readJsonText(source)
  if (!json.ok) return [{ ...lineAndColumn(source, json.at), message: `expected JSON: ${json.expected}` }]
  const placed = ({ path, message }: MappingProblem): PlacedProblem => ({ ...lineAndColumn(source, json.offsetOf(path)), path: pathText(path), message })
  const parsed = modelHeader.safeParse(json.value)
  if (!parsed.success) return schemaProblems(parsed.error).map(placed)
  const { $schema: _schema, model, maker, title, kind, protocol, source: from, verified, ...mapping } = parsed.data
  return { model: { id: model, maker, title, kind, protocol, source: from, verified, mapping }, placed }
}
