import type { Title } from '../i18n/catalogue.ts'

/** What was due and what came, an hour each. */
export interface CompletenessRow {
  readonly id: string
  readonly title?: Title
  readonly devices: number
  readonly expected: readonly number[]
  readonly received: readonly number[]
}

export interface Completeness {
  readonly from: string
  readonly hours: number
  readonly since: string
  readonly rows: readonly CompletenessRow[]
}

interface One {
  readonly device: string
  readonly name?: string
  readonly org: string
  readonly kind: string | null
}

interface Top<T> {
  readonly total: number
  readonly devices: readonly (One & T)[]
}

/** Devices somebody should look at, the worst first. */
export interface Attention {
  readonly silent: Top<{ readonly lastReceivedAt: string; readonly silentSeconds: number }>
  readonly outOfRange: Top<{ readonly minutes: number; readonly fields?: readonly string[] }>
  readonly rejected: Top<{ readonly rejected: number; readonly received: number; readonly reason: string }>
  readonly clocks: Top<{ readonly clock: { readonly fault: 'ahead' | 'behind' | 'stuck' | 'rollover'; readonly offsetSeconds: number } }>
}
