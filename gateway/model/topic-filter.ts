/** An MQTT topic filter taken apart once, to be matched many times. */
export interface TopicFilter {
  readonly levels: readonly string[]
  /** Whether a topic matches. */
  matches(topic: string): boolean
  /** The same for a topic that is already split at its slashes: no text is built. */
  matchesLevels(topic: readonly string[]): boolean
}

/**
 * Takes a filter apart by MQTT 3.1.1 § 4.7: `+` is one whole level, `#` the last level and stands for the parent and everything below. A filter that begins with a
 * wildcard matches no topic that begins with `$` (4.7.2-1). Answers undefined for what is no filter.
 */
export function parseTopicFilter(filter: string): TopicFilter | undefined {
  const levels = filter.split('/')
  if (filter === '' || !levels.every((level, index) => isLevel(level, index === levels.length - 1))) return undefined
  return {
    levels,
    matches: topic => matchesLevels(levels, topic.split('/')),
    matchesLevels: topic => matchesLevels(levels, topic),
  }
}

/** A wildcard stands alone on its level, and `#` only on the last one (4.7.1-2, 4.7.1-3). */
function isLevel(level: string, last: boolean): boolean {
  if (level === '#') return last
  return level === '+' || !(level.includes('#') || level.includes('+') || level.includes('\u0000'))
}

function matchesLevels(filter: readonly string[], topic: readonly string[]): boolean {
  const [first] = filter
  if ((first === '#' || first === '+') && topic[0]?.startsWith('$')) return false
  for (let index = 0; index < filter.length; index++) {
    const level = filter[index]
    // `a/#` matches `a` too (4.7.1.2), so this comes before the topic's end is looked at.
    if (level === '#') return true
    if (index >= topic.length) return false
    if (level !== '+' && level !== topic[index]) return false
  }
  return filter.length === topic.length
}
