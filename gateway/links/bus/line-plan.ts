import type { BusPoll } from '../../../devices/protocols/bus-speech.ts'
import type { BusTarget } from './bus-unit.ts'
import { type BusTransport, betweenFramesMs, byteMs } from './transport.ts'

/** What one poll takes of a line. */
export interface PlannedPoll {
  readonly what: string
  readonly everyMs: number
  readonly requestBytes: number
  readonly answerBytes: number
  /** On the line, with the quiet around it and what a device takes to answer. */
  readonly ms: number
}

/** How fast a line is. */
export type LineSpeed = Pick<BusTransport, 'baud' | 'bitsPerByte'>

/** What devices take to begin their answer: 5 to 50 ms by their manuals; a plan that is just met with this is not met by slower ones. */
export const TURNAROUND_MS = 20

/** The polls of one device as they load a line, those asked beside others too. */
export function plannedPolls({ polls, address, pauseMs }: Pick<BusTarget, 'polls' | 'address' | 'pauseMs'>, speed: LineSpeed): readonly PlannedPoll[] {
  const planned = (poll: Pick<BusPoll, 'what' | 'answerBytes' | 'request'>, everyMs: number): PlannedPoll => {
    const requestBytes = poll.request(address).length
    const quietMs = betweenFramesMs(speed) + Math.max(betweenFramesMs(speed), pauseMs)
    return {
      what: poll.what,
      everyMs,
      requestBytes,
      answerBytes: poll.answerBytes,
      ms: byteMs(speed) * (requestBytes + poll.answerBytes) + quietMs + TURNAROUND_MS,
    }
  }
  return polls.flatMap(poll => [planned(poll, poll.everyMs), ...(poll.beside ?? []).map(each => planned(each, poll.everyMs))])
}

/** The part of a line's time that polls take: above 1 it can not be done. */
export function utilisationOf(polls: readonly PlannedPoll[]): number {
  return polls.reduce((sum, { ms, everyMs }) => sum + ms / everyMs, 0)
}
