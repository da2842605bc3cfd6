import type { Facts } from './audit-types.ts'

/** A place in what was kept, with what stood and what stands there. Undefined: nothing. */
export interface Difference {
  /** Such as `place.lat` or `tags.0`. */
  readonly path: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** What differs between before and after, place by place. What is the same on both sides is left out. */
export function differencesOf(before: Facts | undefined, after: Facts | undefined): readonly Difference[] {
  const old = new Map(leaves(before ?? {}))
  const now = new Map(leaves(after ?? {}))
  const paths = [...new Set([...old.keys(), ...now.keys()])]
  return paths.map(path => ({ path, before: old.get(path), after: now.get(path) })).filter(each => each.before !== each.after)
}

function leaves(value: object, path = ''): readonly (readonly [string, string])[] {
  return Object.entries(value).flatMap(([key, entry]: [string, unknown]) => {
    const place = path === '' ? key : `${path}.${key}`
    if (typeof entry === 'object' && entry !== null && Object.keys(entry).length > 0) return leaves(entry, place)
    return [[place, typeof entry === 'string' ? entry : JSON.stringify(entry)] as const]
  })
}
