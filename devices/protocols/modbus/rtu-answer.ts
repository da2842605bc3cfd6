import type { BusAnswer } from '../bus-speech.ts'
import { exceptionName } from './exchanges.ts'
import { crcHolds } from './frame.ts'

/** Modbus over Serial Line V1.02 § 2.5.1: unit, function, at least one byte, CRC. */
const SMALLEST_ADU = 5
/** Application Protocol V1.1b3 § 7: a gateway in front of a bus says that the unit behind it can not be reached. */
const UNREACHABLE_BEHIND_GATEWAY: ReadonlySet<number> = new Set([10, 11])
const WAITING: BusAnswer = { state: 'waiting' }

/**
 * Looks for the answer to an RTU request in what came since it was sent. Every place is tried, and only one where unit, function, length and CRC fit is the answer: so junk before it, other units'
 * frames and the tail of a late answer are passed over, however the bytes were split. What RTU can not tell is a late answer of the same unit to another request of the same form: the line sees to that.
 */
export function findRtuAnswer(request: Uint8Array, received: Uint8Array): BusAnswer {
  const unit = request[0]
  const functionCode = request[1] ?? 0
  const length = answerLength(request)
  for (let from = 0; from + SMALLEST_ADU <= received.length; from++) {
    if (received[from] !== unit) continue
    const answering = received[from + 1]
    if (answering === (functionCode | 0x80)) {
      const exception = received[from + 2] ?? 0
      const to = from + SMALLEST_ADU
      // No unit answers with exception 0: § 7 begins at 1.
      if (exception === 0 || !crcHolds(received, from, to)) continue
      return {
        state: 'answered',
        from,
        to,
        refused: `exception ${exception} (${exceptionName(exception)})`,
        ...(UNREACHABLE_BEHIND_GATEWAY.has(exception) && { unreachable: true }),
      }
    }
    const to = from + length
    if (answering === functionCode && to <= received.length && bodyFits(request, received, from) && crcHolds(received, from, to))
      return { state: 'answered', from, to }
  }
  return WAITING
}

/** Bytes of a good answer. Reads: § 6.1–6.4; writes of one value repeat the request, § 6.5 and 6.6; writes of several say where and how many, § 6.11 and 6.12. */
export function answerLength(request: Uint8Array): number {
  const functionCode = request[1] ?? 0
  const count = ((request[4] ?? 0) << 8) | (request[5] ?? 0)
  if (functionCode === 1 || functionCode === 2) return SMALLEST_ADU + Math.ceil(count / 8)
  if (functionCode === 3 || functionCode === 4) return SMALLEST_ADU + 2 * count
  return 8
}

/** Whether what an answer says of itself belongs to the request: its byte count, or the address with the value or the number that was written. */
function bodyFits(request: Uint8Array, received: Uint8Array, from: number): boolean {
  if ((request[1] ?? 0) <= 4) return received[from + 2] === answerLength(request) - SMALLEST_ADU
  for (let index = 2; index < 6; index++) if (received[from + index] !== request[index]) return false
  return true
}
