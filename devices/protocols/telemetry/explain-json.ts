import protobuf from 'protobufjs'
import type { ExplainedPart } from '../../../gateway/model/explanation.ts'
import type { Meaning, MessageGuide } from './explain-guide.ts'
import { describedField, unreadable } from './explain-value.ts'

/** Objects within objects are told to this depth; what lies deeper makes the rest unreadable. */
const DEEPEST = 32
const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const COMMA = 0x2c
const OPEN = { 123: 0x7d, 91: 0x5d } as const

/** Where a walk is, and what it knows of the message it is in. */
interface Within {
  readonly type: protobuf.Type | undefined
  readonly field: protobuf.Field | undefined
  readonly path: string
  readonly depth: number
  readonly meaning: Meaning | undefined
}

/** Explains the JSON form of messages (RFC 8259; protobuf.dev, "ProtoJSON Format") member by member, as bytes. What follows a mistake stays unread. */
export class JsonExplainer {
  readonly #bytes: Uint8Array
  readonly #guide: MessageGuide | undefined
  #at = 0

  constructor(bytes: Uint8Array, guide: MessageGuide | undefined) {
    this.#bytes = bytes
    this.#guide = guide
  }

  parts(): ExplainedPart[] {
    const parts = this.#container({ type: this.#guide?.type, field: undefined, path: '', depth: 0, meaning: undefined })
    const broken = parts.at(-1)?.problem !== undefined && parts.at(-1)?.to === this.#bytes.length
    if (broken || this.#at >= this.#bytes.length) return parts
    const from = this.#at
    this.#blanks()
    if (this.#at === this.#bytes.length) return [...parts, { from, to: this.#at, name: { en: 'Blanks', zh: '空白' } }]
    return [...parts, unreadable(from, this.#bytes.length, { en: 'more after the end of the JSON', zh: 'JSON 结束后仍有内容' })]
  }

  /** An object or a list: its opening, its members, its end. `#at` stands on the opening brace or bracket. */
  #container(within: Within): ExplainedPart[] {
    const start = this.#at
    const first = this.#bytes[start]
    const close = first === 0x7b || first === 0x5b ? OPEN[first] : undefined
    if (close === undefined || within.depth > DEEPEST) return [this.#broken(start)]
    this.#at++
    const isObject = close === 0x7d
    const parts: ExplainedPart[] = [
      { from: start, to: this.#at, name: isObject ? { en: 'Object begins', zh: '对象开始' } : { en: 'List begins', zh: '列表开始' } },
    ]
    const named = isObject ? this.#guide?.namedAt(within.path) : undefined
    const meaning = named?.meaningOf(this.#nameAhead(named.name))
    for (;;) {
      const from = this.#at
      this.#separators()
      if (this.#at >= this.#bytes.length) return endedEarly(parts, from, this.#bytes.length)
      if (this.#bytes[this.#at] === close) {
        this.#at++
        parts.push({ from, to: this.#at, name: isObject ? { en: 'Object ends', zh: '对象结束' } : { en: 'List ends', zh: '列表结束' } })
        return parts
      }
      const part = isObject
        ? this.#member(from, within, named && meaning ? { name: named.value, meaning } : undefined)
        : this.#element(from, within, parts.length - 1)
      parts.push(part)
    }
  }

  #member(from: number, within: Within, named: { readonly name: string; readonly meaning: Meaning } | undefined): ExplainedPart {
    const key = this.#string()
    this.#blanks()
    if (key === undefined || this.#bytes[this.#at] !== COLON) return this.#broken(from)
    this.#at++
    this.#blanks()
    const field = within.type && fieldNamed(within.type, key)
    const path = within.path === '' ? (field?.name ?? key) : `${within.path}.${field?.name ?? key}`
    const type = field?.resolvedType instanceof protobuf.Type ? field.resolvedType : undefined
    const meaning = named && field?.name === named.name ? named.meaning : this.#guide?.meaningOf(path)
    return this.#value(from, key, { type, field, path, depth: within.depth + 1, meaning })
  }

  #element(from: number, within: Within, index: number): ExplainedPart {
    return this.#value(from, `[${index}]`, { ...within, depth: within.depth + 1 })
  }

  #value(from: number, name: string, within: Within): ExplainedPart {
    const first = this.#bytes[this.#at]
    const title = { en: name, zh: name }
    const known =
      within.field === undefined ? {} : { source: `${within.field.parent?.name ?? ''}.${within.field.name} = ${within.field.id}, ${within.field.type}` }
    if (first === 0x7b || first === 0x5b) {
      const start = this.#at
      const inner = this.#container(within)
      const head: ExplainedPart[] = start > from ? [{ from, to: start, name: { en: 'Name', zh: '名称' }, value: name }] : []
      const to = inner.at(-1)?.to ?? this.#at
      return { from, to, name: title, ...known, parts: [...head, ...inner] }
    }
    const raw = first === QUOTE ? this.#string() : this.#word()
    if (raw === undefined) return this.#broken(from)
    return { from, to: this.#at, ...known, ...describedField(name, within.field, within.meaning, this.#asOnWire(raw, within.field)) }
  }

  /** Enumerators come as names and 64-bit integers as texts: the model's mapping wants numbers. */
  #asOnWire(raw: unknown, field: protobuf.Field | undefined): unknown {
    if (typeof raw !== 'string' || field === undefined || field.type === 'string') return raw
    if (field.resolvedType instanceof protobuf.Enum) return Object.hasOwn(field.resolvedType.values, raw) ? field.resolvedType.values[raw] : raw
    return /^-?\d{1,20}(\.\d+)?$/.test(raw) ? Number(raw) : raw
  }

  /** A text in quotes; undefined when it does not end or is none. */
  #string(): string | undefined {
    if (this.#bytes[this.#at] !== QUOTE) return undefined
    const start = this.#at
    for (let at = start + 1; at < this.#bytes.length; at++) {
      const byte = this.#bytes[at]
      if (byte === BACKSLASH) at++
      else if (byte === QUOTE) {
        this.#at = at + 1
        const text = jsonOf(this.#bytes.subarray(start, this.#at))
        return typeof text === 'string' ? text : undefined
      }
    }
    return undefined
  }

  /** A number, true, false or null; undefined when it is none of them. */
  #word(): unknown {
    const start = this.#at
    while (this.#at < this.#bytes.length && /[-+.0-9A-Za-z]/.test(String.fromCharCode(this.#bytes[this.#at] ?? 0))) this.#at++
    return this.#at > start ? jsonOf(this.#bytes.subarray(start, this.#at)) : undefined
  }

  /** The text of one member of the object whose inside begins here, read ahead. */
  #nameAhead(name: string): string {
    const rest = new TextDecoder().decode(this.#bytes.subarray(this.#at, this.#at + 512))
    const found = new RegExp(`"${name}"\\s*:\\s*"([^"\\\\]{0,128})"`).exec(rest.split('}')[0] ?? '')
    return found?.[1] ?? ''
  }

  #blanks(): void {
    while (isBlank(this.#bytes[this.#at])) this.#at++
  }

  #separators(): void {
    while (isBlank(this.#bytes[this.#at]) || this.#bytes[this.#at] === COMMA) this.#at++
  }

  #broken(from: number): ExplainedPart {
    this.#at = this.#bytes.length
    return unreadable(from, this.#bytes.length, { en: 'no JSON from here on', zh: '从此处起不是有效的 JSON' })
  }
}

/** The bytes are used up before the end of an object or list: said at what is left over, or at its last part, unless that says so already. */
function endedEarly(parts: ExplainedPart[], from: number, to: number): ExplainedPart[] {
  const problem = { en: 'the JSON ends too early', zh: 'JSON 提前结束' }
  if (from < to) return [...parts, unreadable(from, to, problem)]
  const last = parts.at(-1)
  return last && !isBroken(last) ? [...parts.slice(0, -1), { ...last, problem }] : parts
}

function isBroken(part: ExplainedPart): boolean {
  const last = part.parts?.at(-1)
  return part.problem !== undefined || (last !== undefined && isBroken(last))
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown
  } catch {
    return undefined
  }
}

/** By its JSON name or its original one: both are understood. */
function fieldNamed(type: protobuf.Type, key: string): protobuf.Field | undefined {
  return type.fieldsArray.find(field => field.name === key || field.jsonName === key)
}
