import type { KindId } from './ids.ts'

/** A text people read, in both languages of the dashboard. */
export interface Title {
  readonly en: string
  readonly zh: string
}

/** One thing a kind measures. */
export interface FieldDefinition {
  readonly type?: 'number' | 'boolean' | 'string'
  /** As printed beside the value: `km/h`, `µg/m³`. Numbers without a unit are counts or ratios. */
  readonly unit?: string
  /** Plausible, both ends included. A value outside is kept and flagged. */
  readonly range?: readonly [number, number]
  readonly integer?: true
  /** Grows and seldom falls: charts show its increase. */
  readonly counter?: true
  /** 360 is 0: means are taken on the circle. */
  readonly circular?: true
  /** An alarm of the thing's own: somebody should look while it is true, or, of a text, while it names any. */
  readonly alarm?: true
  readonly title: Title
}

/** What a thing is and measures. The API, the store's columns, the charts' axes, the range check and the documentation come from here. */
export interface Kind {
  readonly id: KindId
  readonly title: Title
  /** Changes its place: readings carry positions. */
  readonly moves: boolean
  /** Silent for longer than this: stale. */
  readonly staleAfterSeconds: number
  readonly fields: Readonly<Record<string, FieldDefinition>>
}

/** The type a field's values have; number unless the kind says otherwise. */
export function fieldType(field: FieldDefinition): 'number' | 'boolean' | 'string' {
  return field.type ?? 'number'
}
