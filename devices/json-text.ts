/** Where a value of a JSON text begins, and what stands in it, by key or index. */
interface JsonNode {
  readonly at: number
  readonly members: ReadonlyMap<string | number, JsonNode>
}

/** A JSON text that was read, or the first mistake in it: where, as an offset, and what was expected there. */
export type JsonText =
  | {
      readonly ok: true
      readonly value: unknown
      /** Where the path's end stands; of the nearest part that is there, when it is missing. */
      readonly offsetOf: (path: readonly (string | number)[]) => number
    }
  | { readonly ok: false; readonly at: number; readonly expected: string }

/** Deeper than this nobody writes by hand, and whoever walks through a value may stop. */
const DEEPEST = 64
const NO_MEMBERS: ReadonlyMap<string | number, JsonNode> = new Map()
const SPACE = /[ \t\n\r]*/y
const TEXT = /"[^"\\\n]*(?:\\.[^"\\\n]*)*"/y
const PLAIN = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
/** What stands in the place of something else, as it is told. */
const FOUND = /[\w.+-]{1,20}|"[^"\n]{0,20}|[\s\S]/uy

/**
 * Reads a JSON text (RFC 8259) as `JSON.parse` does, and knows where in it everything stands. Unlike that, it says of a mistake where it is and what was expected, and takes no object with a key
 * that stands twice. Time and memory are in proportion to the text.
 */
export function readJsonText(text: string): JsonText {
  const reader = new JsonReader(text)
  const root = reader.whole()
  if (root === undefined) return { ok: false, ...reader.mistake }
  return { ok: true, value: JSON.parse(text), offsetOf: path => nearest(root, path).at }
}

function nearest(root: JsonNode, path: readonly (string | number)[]): JsonNode {
  let node = root
  for (const step of path) {
    const next = node.members.get(step)
    if (next === undefined) return node
    node = next
  }
  return node
}

/** Answers undefined at the first mistake, and has it in `mistake`. */
class JsonReader {
  mistake = { at: 0, expected: '' }
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): JsonNode | undefined {
    const root = this.#value(0)
    if (root === undefined) return undefined
    this.#take(SPACE)
    return this.#at === this.#text.length ? root : this.#fail('nothing more after the end')
  }

  #value(depth: number): JsonNode | undefined {
    this.#take(SPACE)
    const at = this.#at
    const next = this.#text[at]
    if (next === '{' || next === '[') {
      if (depth >= DEEPEST) return this.#fail(`at most ${DEEPEST} levels`)
      return next === '{' ? this.#object(at, depth + 1) : this.#list(at, depth + 1)
    }
    if (next === '"') return this.#string() === undefined ? undefined : { at, members: NO_MEMBERS }
    return this.#take(PLAIN) === '' ? this.#fail('a value') : { at, members: NO_MEMBERS }
  }

  #object(at: number, depth: number): JsonNode | undefined {
    const members = new Map<string, JsonNode>()
    this.#at++
    if (this.#passes('}')) return { at, members }
    for (;;) {
      this.#take(SPACE)
      const keyAt = this.#at
      if (this.#text[keyAt] !== '"') return this.#fail(members.size === 0 ? 'a key in double quotes, or }' : 'a key in double quotes')
      const key = this.#string()
      if (key === undefined) return undefined
      if (members.has(key)) return this.#fail(`each key once, and ${JSON.stringify(key)} stands twice`, keyAt)
      if (!this.#passes(':')) return this.#fail(`a colon after ${JSON.stringify(key)}`)
      const value = this.#value(depth)
      if (value === undefined) return undefined
      members.set(key, value)
      if (this.#passes('}')) return { at, members }
      if (!this.#passes(',')) return this.#fail('a comma or }')
    }
  }

  #list(at: number, depth: number): JsonNode | undefined {
    const members = new Map<number, JsonNode>()
    this.#at++
    if (this.#passes(']')) return { at, members }
    for (;;) {
      const value = this.#value(depth)
      if (value === undefined) return undefined
      members.set(members.size, value)
      if (this.#passes(']')) return { at, members }
      if (!this.#passes(',')) return this.#fail('a comma or ]')
    }
  }

  #string(): string | undefined {
    const at = this.#at
    const token = this.#take(TEXT)
    if (token === '') return this.#fail('a text that ends with " on its line', at)
    try {
      const text: unknown = JSON.parse(token)
      if (typeof text === 'string') return text
    } catch {
      // A control character, or an escape that there is not.
    }
    return this.#fail('a text without control characters, and with a \\ only where JSON has one', at)
  }

  /** Whether the next sign, after blanks, is this one; it is then behind. */
  #passes(sign: string): boolean {
    this.#take(SPACE)
    if (this.#text[this.#at] !== sign) return false
    this.#at++
    return true
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const [found = ''] = pattern.exec(this.#text) ?? []
    this.#at += found.length
    return found
  }

  /** Without `at`: here, and what stands here is told too. */
  #fail(expected: string, at?: number): undefined {
    const here = this.#at
    const found = here === this.#text.length ? 'the text ends' : `here is ${JSON.stringify(this.#take(FOUND))}`
    this.mistake = at === undefined ? { at: here, expected: `${expected}; ${found}` } : { at, expected }
    return undefined
  }
}

/** A place in a text as editors count it, both from 1; a column is a UTF-16 unit. */
export function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}
