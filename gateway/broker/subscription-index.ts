interface Branch<T> {
  readonly children: Map<string, Branch<T>>
  /** Of filters that end here. */
  readonly exact: Set<T>
  /** Of filters that end here with `#`: they match this level and all below (MQTT 3.1.1 § 4.7.1.2). */
  readonly below: Set<T>
}

/**
 * Who subscribed to what, as a tree of filter levels: a question costs the depth of the topic and not the number of subscriptions.
 * Rules of matching: MQTT 3.1.1 § 4.7; a wildcard on the first level matches no topic that begins with `$` (4.7.2-1).
 */
export class SubscriptionIndex<T> {
  readonly #root: Branch<T> = branch()
  #size = 0

  /** Subscriptions: a value under two filters counts twice. */
  get size(): number {
    return this.#size
  }

  /** Adding the same value under the same filter again changes nothing. */
  add(filter: string, value: T): void {
    const values = this.#valuesAt(filter)
    const before = values.size
    values.add(value)
    this.#size += values.size - before
  }

  remove(filter: string, value: T): void {
    const levels = filter.split('/')
    const path: Branch<T>[] = [this.#root]
    const open = levels.at(-1) === '#'
    for (const level of open ? levels.slice(0, -1) : levels) {
      const next = path.at(-1)?.children.get(level)
      if (next === undefined) return
      path.push(next)
    }
    const last = path.at(-1)
    if (last === undefined || !(open ? last.below : last.exact).delete(value)) return
    this.#size--
    // Branches nobody needs any more go, so that a client which subscribes to ever new filters leaves nothing behind.
    for (let depth = path.length - 1; depth > 0 && isBare(path[depth]); depth--) path[depth - 1]?.children.delete(levels[depth - 1] ?? '')
  }

  /** The values of all matching filters; one that matches by two filters stands there twice. */
  match(topic: string): T[] {
    const found: T[] = []
    visit(this.#root, topic.split('/'), 0, values => {
      for (const value of values) found.push(value)
      return false
    })
    return found
  }

  /** Whether any filter matches the topic. */
  wanted(topic: string): boolean {
    return this.#size > 0 && visit(this.#root, topic.split('/'), 0, values => values.size > 0)
  }

  /** Whether any filter could match a topic that begins with these whole levels, or is just them. */
  wantedBelow(prefix: string): boolean {
    if (this.#size === 0) return false
    const levels = (prefix.endsWith('/') ? prefix.slice(0, -1) : prefix).split('/')
    return leads(this.#root, levels, 0)
  }

  #valuesAt(filter: string): Set<T> {
    const levels = filter.split('/')
    const open = levels.at(-1) === '#'
    let at = this.#root
    for (const level of open ? levels.slice(0, -1) : levels) {
      let next = at.children.get(level)
      if (next === undefined) {
        next = branch()
        at.children.set(level, next)
      }
      at = next
    }
    return open ? at.below : at.exact
  }
}

function branch<T>(): Branch<T> {
  return { children: new Map(), exact: new Set(), below: new Set() }
}

function isBare<T>(at: Branch<T> | undefined): boolean {
  return at !== undefined && at.children.size === 0 && at.exact.size === 0 && at.below.size === 0
}

/** Hands over the values of every matching filter until told to stop; answers whether it was. */
function visit<T>(at: Branch<T>, levels: readonly string[], depth: number, take: (values: ReadonlySet<T>) => boolean): boolean {
  const wild = depth > 0 || !(levels[0] ?? '').startsWith('$')
  if (wild && take(at.below)) return true
  const level = levels[depth]
  if (level === undefined) return take(at.exact)
  const literal = at.children.get(level)
  if (literal !== undefined && visit(literal, levels, depth + 1, take)) return true
  const plus = wild ? at.children.get('+') : undefined
  return plus !== undefined && visit(plus, levels, depth + 1, take)
}

function leads<T>(at: Branch<T>, levels: readonly string[], depth: number): boolean {
  const wild = depth > 0 || !(levels[0] ?? '').startsWith('$')
  if (wild && at.below.size > 0) return true
  const level = levels[depth]
  // A branch is only there while a filter ends in it or below it.
  if (level === undefined) return true
  const literal = at.children.get(level)
  if (literal !== undefined && leads(literal, levels, depth + 1)) return true
  const plus = wild ? at.children.get('+') : undefined
  return plus !== undefined && leads(plus, levels, depth + 1)
}
