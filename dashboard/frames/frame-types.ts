import type { FieldValue } from '../format/format.ts'
import type { Title } from '../i18n/catalogue.ts'

/** A run of bytes and what it means, as `POST /decode` tells it. */
export interface Part {
  readonly from: number
  readonly to: number
  readonly name: Title
  readonly value?: string
  readonly note?: Title
  readonly source?: string
  readonly field?: string
  readonly problem?: Title
  readonly parts?: readonly Part[]
}

/** A reading of a frame. */
export interface FoundReading {
  readonly at: string
  /** False: the frame carries no time of its own. */
  readonly ownTime: boolean
  readonly values: Readonly<Record<string, FieldValue>>
  readonly position?: { readonly lat: number; readonly lon: number }
  readonly flags?: { readonly historical?: true; readonly outOfRange?: readonly string[] }
  readonly quality?: Readonly<Record<string, string>>
}

/** Bytes from one to before another. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** The answer of `POST /decode`. */
export interface DecodedFrame {
  readonly protocol: string
  readonly bytes: string
  /** Where passwords stood. */
  readonly masked?: readonly Span[]
  readonly recognised?: { readonly by: 'frame' | 'values'; readonly what?: Title; readonly sender?: string }
  readonly model?: string
  readonly kind?: string
  readonly tried: readonly { readonly model: string; readonly values: number; readonly reason?: string }[]
  readonly ok: boolean
  readonly readings?: readonly FoundReading[]
  readonly valueless?: true
  readonly reason?: string
  readonly detail?: string
  readonly header?: Readonly<Record<string, string | number>>
  readonly parts?: readonly Part[]
  readonly shortened?: true
}

/** A frame to try things out with. */
export interface ExampleFrame {
  readonly name: string
  readonly model: string
  readonly hex: string
  readonly source: string
  /** Why it is refused, where it is. */
  readonly reason?: string
}

/** One of `GET /protocols`. */
export interface Protocol {
  readonly id: string
  readonly title: Title
  readonly models: readonly string[]
  readonly examples: readonly ExampleFrame[]
}

/** A page of `GET /devices/{device}/frames`. */
export interface DeviceFrames {
  readonly frames: readonly {
    readonly offset: number
    readonly channel: string
    readonly receivedAt: string
    readonly bytes: string
    readonly masked?: readonly Span[]
    readonly length: number
    readonly verdict: 'accepted' | 'rejected'
    readonly reason?: string
    readonly detail?: string
  }[]
  readonly protocol?: string
  readonly searched: number
  readonly next?: number
}
