import type { Model } from '../../gateway/model/device.ts'
import type { EpochMs } from '../../gateway/model/frame.ts'
import type { Title } from '../../gateway/model/kind.ts'
import type { RequestPlace } from '../../gateway/model/model-bench.ts'
import type { FieldValue } from '../../gateway/model/reading.ts'

/** Who is meant on a line: the Modbus unit in decimal digits, or the address printed on a meter. */
export type BusAddress = string

/** One question that a master repeats. What it says is the protocol's own business; the master only orders, times and counts. */
export interface BusPoll {
  readonly everyMs: number
  /** For people: `input registers 0 to 79`. */
  readonly what: string
  /** The same for programs. */
  readonly place?: RequestPlace
  /** Bytes of the answer when all goes well, for planning a line's time. */
  readonly answerBytes: number
  /** The request as it goes on the wire of a serial line. Throws `RangeError` for an address the protocol does not have. */
  request(address: BusAddress): Uint8Array
  /** Further questions that are asked right after it, and go into the same frame of the journal: what its answer means depends on theirs. */
  readonly beside?: readonly Pick<BusPoll, 'what' | 'place' | 'answerBytes' | 'request'>[]
}

/** What has come back since a request was sent. */
export type BusAnswer =
  /** Nothing yet that could be the answer, or a part of it. */
  | { readonly state: 'waiting' }
  /**
   * The answer stands from `from` to before `to`; what is before it is junk or belongs to others. `refused` says why when the device refuses. `unreachable`: it is not the device that answers,
   * but a gateway in front of it that can not reach it.
   */
  | { readonly state: 'answered'; readonly from: number; readonly to: number; readonly refused?: string; readonly unreachable?: true }

/** A model's order to a device: what an operator may send, and how it is known that it was done. */
export interface BusCommand {
  readonly name: string
  readonly title: Title
  /** What the order carries. Absent: nothing. */
  readonly value?: {
    readonly type: 'number' | 'boolean' | 'string'
    readonly unit?: string
    readonly range?: readonly [number, number]
    readonly values?: readonly FieldValue[]
  }
  /** The device never answers it, as what is said to a whole line: all that can be known is that it was sent. */
  readonly unanswered?: true
  /** The request, for a value that fits, sent at about this time. Throws `RangeError` with what was expected for a value that does not. */
  request(address: BusAddress, value: FieldValue | undefined, now: EpochMs): Uint8Array
  /** How it is known that it was done. Absent: the device's own answer is all there is. */
  readonly confirm?: {
    /** Waits so long before it asks, since a valve takes its time. */
    readonly afterMs: number
    request(address: BusAddress): Uint8Array
    /** Whether the answer shows the value; a text says what it shows instead. */
    shows(answer: Uint8Array, value: FieldValue | undefined): true | string
  }
}

/**
 * How devices that share a line are asked. Pure. A line has one request in flight, of whichever protocol; what goes into the journal is the request with its answer, on the
 * protocol's first channel.
 */
export interface BusSpeech {
  /** What is wrong with an address, if anything is. */
  addressProblem(address: BusAddress): string | undefined
  /** The questions that fetch all a model maps, in the fewest requests it allows. */
  polls(model: Model): readonly BusPoll[]
  /** The orders a model names. Nothing else is ever written. */
  commands?(model: Model): readonly BusCommand[]
  /** Quiet that the device wants before a request, beyond what the line itself needs; 0 when the model says nothing. */
  pauseMs(model: Model): number
  /** How long its answer may take, when the model says. */
  timeoutMs?(model: Model): number | undefined
  /** Looks for the answer to a request in what came since it was sent: unit or address, function, length and check sum must all fit. Junk and foreign frames are passed over. */
  answer(request: Uint8Array, received: Uint8Array): BusAnswer
  /** The request for the rest, where an answer says that it is not all. `part`: 1 for the first such request, then one more each time. */
  rest?(request: Uint8Array, answer: Uint8Array, part: number): Uint8Array | undefined
}
