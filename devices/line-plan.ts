import type { LineSpeed, PlannedPoll } from '../gateway/model/model-bench.ts'
import { betweenFramesMs, byteMs } from './line-time.ts'
import type { BusAddress, BusPoll } from './protocols/bus-speech.ts'

/** A device as its polls load a line. */
interface Polled {
  readonly polls: readonly BusPoll[]
  readonly address: BusAddress
  readonly pauseMs: number
}

/** What devices take to begin their answer: 5 to 50 ms by their manuals; a plan that is just met with this is not met by slower ones. */
export const TURNAROUND_MS = 20

/** The polls of one device as they load a line, those asked beside others too. */
export function plannedPolls({ polls, address, pauseMs }: Polled, speed: LineSpeed): readonly PlannedPoll[] {
  const planned = (poll: Pick<BusPoll, 'what' | 'place' | 'answerBytes' | 'request'>, everyMs: number): PlannedPoll => {
    const requestBytes = poll.request(address).length
    const quietMs = betweenFramesMs(speed) + Math.max(betweenFramesMs(speed), pauseMs)
    return {
      what: poll.what,
      ...(poll.place && { place: poll.place }),
      everyMs,
      requestBytes,
      answerBytes: poll.answerBytes,
      ms: byteMs(speed) * (requestBytes + poll.answerBytes) + quietMs + TURNAROUND_MS,
    }
  }
  return polls.flatMap(poll => [planned(poll, poll.everyMs), ...(poll.beside ?? []).map(each => ({ ...planned(each, poll.everyMs), beside: true as const }))])
}

/** The part of a line's time that polls take: above 1 it can not be done. */
export function utilisationOf(polls: readonly Pick<PlannedPoll, 'ms' | 'everyMs'>[]): number {
  return polls.reduce((sum, { ms, everyMs }) => sum + ms / everyMs, 0)
}
