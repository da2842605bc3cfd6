const PREFIX = 'citygate.import.'

/** As the same file is known when it is chosen again. */
export type FileMark = Pick<File, 'name' | 'size'>

/**
 * The keys of imports that are under way, or whose secrets nobody saved yet: they outlive a reload of the page, and end with the tab. From its key the gateway makes the secrets of a file's devices, so
 * that the same file with the same key goes on where it was, and ends with the secrets of all.
 */
export class ImportKeys {
  readonly #storage: Storage

  constructor(storage: Storage) {
    this.#storage = storage
  }

  /** The key of a file that was begun. */
  of(file: FileMark): string | undefined {
    return this.#storage.getItem(nameOf(file)) ?? undefined
  }

  /** The key of a file from now on. */
  begin(file: FileMark): string {
    const key = this.of(file) ?? newKey()
    this.#storage.setItem(nameOf(file), key)
    return key
  }

  forget(file: FileMark): void {
    this.#storage.removeItem(nameOf(file))
  }

  /** Files that were begun, as they are marked. */
  begun(): readonly FileMark[] {
    return Array.from({ length: this.#storage.length }, (_, index) => this.#storage.key(index) ?? '')
      .filter(name => name.startsWith(PREFIX))
      .map(name => {
        const mark = name.slice(PREFIX.length)
        const end = mark.indexOf('.')
        return { size: Number(mark.slice(0, end)), name: mark.slice(end + 1) }
      })
  }
}

function nameOf({ name, size }: FileMark): string {
  return `${PREFIX}${size}.${name}`
}

/** 256 random bits in base64url. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
