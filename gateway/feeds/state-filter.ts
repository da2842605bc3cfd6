import { isId } from '../model/ids.ts'
import { parseTopicFilter } from '../model/topic-filter.ts'
import { topics } from '../model/topics.ts'

/** A subscription's filter, seen as a question about devices' state topics. */
export interface StateFilter {
  /** The one device it can match, when it names one. */
  readonly device: string | undefined
  matches(org: string, kind: string, device: string): boolean
}

/** Takes apart a filter of state topics; undefined for one that matches no state topic, such as one of readings. Ten thousand devices are matched without building a topic. */
export function stateFilter(text: string): StateFilter | undefined {
  const filter = parseTopicFilter(text)
  if (filter === undefined) return undefined
  const [, , org, kind, device] = topics
    .state('org', 'kind', 'device')
    .split('/')
    .map((_, index) => levelAt(filter.levels, index))
  // Tried with ids of its own where it names some: does the rest of it fit a state topic?
  if (!filter.matches(topics.state(org ?? 'org', kind ?? 'kind', device ?? 'device'))) return undefined
  if (![org, kind, device].every(id => id === undefined || isId(id))) return undefined
  return {
    device,
    matches: (ofOrg, ofKind, ofDevice) => (org ?? ofOrg) === ofOrg && (kind ?? ofKind) === ofKind && (device ?? ofDevice) === ofDevice,
  }
}

/** What a filter demands of a level of the topic; undefined when any will do. */
function levelAt(levels: readonly string[], index: number): string | undefined {
  const many = levels.indexOf('#')
  if (many !== -1 && index >= many) return undefined
  const level = levels[index]
  return level === '+' ? undefined : level
}
