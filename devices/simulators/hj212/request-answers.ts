import type { EpochMs } from '../../../gateway/model/frame.ts'
import { PERIODS } from '../../protocols/hj212/commands.ts'
import type { Packet } from '../../protocols/hj212/packet.ts'
import { readTime, timeText } from '../../protocols/hj212/times.ts'
import type { Station } from './station.ts'

/** Most values that one request brings: a station does not empty its memory into a socket. */
const MOST_VALUES = 1_500
const MEMORY_MS = 30 * 86_400_000

/** One thing a station says: a packet of its own making, or packets of data. */
export type Answer = { readonly st: string; readonly cn: string; readonly cp: string } | { readonly packets: readonly Buffer[] }

/** What a station answers to a request, in order: that it will do it, the data if any, and how it ended (HJ 212-2017 annex C). */
export function answersTo(request: Packet, station: Station, now: EpochMs): Answer[] {
  const accepted: Answer = { st: '91', cn: '9011', cp: 'QnRtn=1' }
  const done: Answer = { st: '91', cn: '9012', cp: 'ExeRtn=1' }
  switch (request.cn) {
    case '1062':
      station.intervalSeconds = Number(/RtdInterval=(\d{1,4})/.exec(request.cp)?.[1] ?? station.intervalSeconds)
      return [accepted, done]
    case '1012':
    case '1064':
      return [accepted, done]
    case '1011':
      return [accepted, { st: station.st, cn: '1011', cp: `SystemTime=${timeText(now, station.mapping.offsetMs)}` }, done]
    case '1061':
      return [accepted, { st: station.st, cn: '1061', cp: `RtdInterval=${station.intervalSeconds}` }, done]
    case '2031':
    case '2051':
    case '2061': {
      const packets = history(request, station, now)
      return packets.length > 0 ? [accepted, { packets }, done] : [accepted, { st: '91', cn: '9012', cp: 'ExeRtn=100' }]
    }
    default:
      // Table 7: 8, the command is not known.
      return [{ st: '91', cn: '9011', cp: 'QnRtn=8' }]
  }
}

function history({ cn, qn, cp }: Packet, station: Station, now: EpochMs): Buffer[] {
  const period = PERIODS[cn]
  const [begin, end] = ['BeginTime', 'EndTime'].map(name => readTime(new RegExp(`${name}=(\\d{14})`).exec(cp)?.[1] ?? '', station.mapping.offsetMs))
  if (period === undefined || period === 'realTime' || begin === undefined || end === undefined) return []
  const length = station.lengthOf(period)
  const packets: Buffer[] = []
  let at = station.startOf(period, Math.max(begin, now - MEMORY_MS))
  if (at < begin) at += length
  for (let count = 0; at <= end && at + length <= now && count < MOST_VALUES; at += length, count++) packets.push(...station.means(period, at, 0, qn))
  return packets
}
