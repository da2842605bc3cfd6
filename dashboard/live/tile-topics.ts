/** The subscription that hears a cell of one organisation, or with `+` of every: one topic level per character, and everything below. */
export function filterOf(org: string, cell: string): string {
  return ['live', 'v1', org, ...cell.split(''), '#'].join('/')
}

/** The cell a tile's topic names: `live/v1/{org}/w/t/w` is `wtw`. */
export function cellOf(topic: string): string {
  return topic.split('/').slice(3).join('')
}

/** The organisation a tile's topic names. */
export function orgOf(topic: string): string {
  return topic.split('/')[2] ?? ''
}
