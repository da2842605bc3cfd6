/** Models that are being written, kept in this browser by a name: what they are a copy of, or the protocol of a new one. Where the browser keeps nothing they last as long as the page. */
export class Drafts {
  readonly #storage: Storage | undefined

  constructor(storage: Storage | undefined) {
    this.#storage = storage
  }

  get(name: string): string | undefined {
    try {
      return this.#storage?.getItem(PREFIX + name) ?? undefined
    } catch {
      return undefined
    }
  }

  /** Answers whether it is kept. */
  keep(name: string, text: string): boolean {
    try {
      if (this.#storage === undefined) return false
      this.#storage.setItem(PREFIX + name, text)
      return true
    } catch {
      // Full, or not allowed.
      return false
    }
  }

  drop(name: string): void {
    try {
      this.#storage?.removeItem(PREFIX + name)
    } catch {
      // It was not kept either.
    }
  }

  /** The names of all that are kept, in the order of the alphabet. */
  names(): readonly string[] {
    try {
      return Object.keys(this.#storage ?? {})
        .filter(key => key.startsWith(PREFIX))
        .map(key => key.slice(PREFIX.length))
        .sort()
    } catch {
      return []
    }
  }
}

const PREFIX = 'citygate.model-draft.'

/** What this browser keeps. */
export function ownDrafts(): Drafts {
  try {
    return new Drafts(window.localStorage)
  } catch {
    return new Drafts(undefined)
  }
}

/** The name of a draft that is a copy, or a new model of a protocol. */
export function draftName(of: { readonly model: string } | { readonly protocol: string }): string {
  return 'model' in of ? `copy.${of.model}` : `new.${of.protocol}`
}

/** The page on which a draft is written; undefined for a name that is none. */
export function draftPath(name: string): string | undefined {
  const [, how, what] = /^(copy|new)\.(.+)$/.exec(name) ?? []
  if (what === undefined) return undefined
  return how === 'copy' ? `/models/${encodeURIComponent(what)}/copy` : `/models/new/${encodeURIComponent(what)}`
}

/** A model's text with an id of its own: only the value behind the first `"model"` is another. */
export function withOwnId(text: string, id: string): string {
  return text.replace(/("model"\s*:\s*)"[^"\n]*"/, (_, key: string) => `${key}${JSON.stringify(`${id}-copy`.slice(0, 64))}`)
}

/** What the file of a text must be called: its id and `.json`. Of a text that names none, `model.json`. */
export function fileNameOf(text: string): string {
  const id = /"model"\s*:\s*"([A-Za-z0-9._-]{1,64})"/.exec(text)?.[1]
  return `${id ?? 'model'}.json`
}
