import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import type { Model } from '../gateway/model/device.ts'
import { isId } from '../gateway/model/ids.ts'
import { type MappingProblem, pathText, schemaProblems } from './protocols/mapping-error.ts'
import { repeatsKey } from './repeated-key.ts'

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

/** A model file that was read: the model, and how to say where in the file something is. */
export interface ModelFile {
  readonly model: Model
  /** `devices/models/x.json:12: points[0].address: expected …` */
  readonly say: (problem: MappingProblem) => string
}

/**
 * Reads a model from JSON text. What is not about every model (`model`, `maker`, `title`, `kind`, `protocol`, `source`, `verified`) is its mapping, for
 * the protocol to check. Answers the problems, each with file and line, when it is no model.
 */
export function readModelFile(file: string, source: string): ModelFile | readonly string[] {
  let json: unknown
  try {
    json = JSON.parse(source)
  } catch (cause) {
    return [jsonProblem(file, source, cause)]
  }
  if (repeatsKey(source)) return [jsonProblem(file, source, 'a key stands twice')]
  let places: Places | undefined
  const say = (problem: MappingProblem): string => {
    places ??= new Places(file, source)
    return places.say(problem)
  }
  const parsed = modelHeader.safeParse(json)
  if (!parsed.success) return schemaProblems(parsed.error).map(say)
  const { $schema: _schema, model, maker, title, kind, protocol, source: from, verified, ...mapping } = parsed.data
  return { model: { id: model, maker, title, kind, protocol, source: from, verified, mapping }, say }
}

/**
 * Where everything stands in a JSON text. JSON is YAML (YAML 1.2 § 1.3), and that parser keeps count of lines; it takes a hundred times as long as `JSON.parse`, so that it is asked only when
 * there is something to say.
 */
class Places {
  readonly #file: string
  readonly #lines = new LineCounter()
  readonly #document: ReturnType<typeof parseDocument>

  constructor(file: string, source: string) {
    this.#file = file
    this.#document = parseDocument(source, { lineCounter: this.#lines, stringKeys: true })
  }

  say({ path, message }: MappingProblem): string {
    return `${this.#line(this.#offsetOf(path))}: ${pathText(path)}: ${message}`
  }

  /** The parser's own first error, if it has one. */
  get error(): string | undefined {
    const [error] = this.#document.errors
    return error && `${this.#line(error.pos[0])}: expected JSON: ${error.message.split('\n')[0]}`
  }

  #line(offset: number): string {
    return `${this.#file}:${this.#lines.linePos(offset).line}`
  }

  /** Where the path's end stands; of the nearest part that is there, when it is missing. */
  #offsetOf(path: readonly (string | number)[]): number {
    for (let length = path.length; length >= 0; length--) {
      const node: unknown = length === 0 ? this.#document.contents : this.#document.getIn(path.slice(0, length), true)
      if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) return Number(node.range[0])
    }
    return 0
  }
}

function jsonProblem(file: string, source: string, cause: unknown): string {
  return new Places(file, source).error ?? `${file}${lineOf(cause, source)}: expected JSON: ${cause instanceof Error ? cause.message : String(cause)}`
}

/** V8 names the place of a JSON error as "position N", or shows ten characters on either side of it. */
function lineOf(cause: unknown, source: string): string {
  const message = cause instanceof Error ? cause.message : ''
  const [, dots, shown] = /, (\.\.\.)?"([\s\S]*?)"(?:\.\.\.)? is not valid JSON/.exec(message) ?? []
  const offset = shown === undefined ? Number(/position (\d+)/.exec(message)?.[1] ?? 0) : Math.max(0, source.indexOf(shown)) + (dots ? 10 : 0)
  return `:${source.slice(0, offset).split('\n').length}`
}
