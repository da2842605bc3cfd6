import type { BusAnswer, BusPoll, BusSpeech } from '../bus-speech.ts'
import { afterWakes, hex } from '../line-bytes.ts'
import { firstFrame } from '../line-frames.ts'
import { timeCommand } from './clock.ts'
import { controlOf, errorTitle, READ, READ_MORE } from './control.ts'
import { addressProblem, encodeFrame, fullAddress, identifierAt, identifierBytes } from './encode.ts'
import { nextPiece } from './frame.ts'
import { blockOf, standardBlock, standardItem } from './items.ts'
import { type Dlt645Mapping, type Point, readMapping } from './mapping.ts'

const WAITING: BusAnswer = { state: 'waiting' }
/** The number of a part has one byte. */
const MOST_PARTS = 255
/** Wake bytes, head, identifier, check sum and end. */
const OVERHEAD = 4 + 10 + 4 + 2

/** How DL/T 645 meters that share a line are asked. */
export const dlt645Bus: BusSpeech = {
  addressProblem,
  polls: model => planPolls(readMapping(model, undefined)),
  commands: model => {
    const { clockZoneMs, wakes } = readMapping(model, undefined)
    return clockZoneMs === undefined ? [] : [timeCommand({ zoneMs: clockZoneMs, wakes })]
  },
  pauseMs: model => readMapping(model, undefined).pauseMs,
  timeoutMs: model => readMapping(model, undefined).timeoutMs,
  answer: findAnswer,
  rest: restRequest,
}

/** One question for each identifier, or for each block of at least two mapped values where the meter answers blocks. */
function planPolls({ points, blocks, wakes }: Dlt645Mapping): BusPoll[] {
  const questions = new Map<string, { readonly di: string; readonly everyMs: number; readonly points: Point[] }>()
  for (const point of points) {
    const block = blocks ? blockOf(point.di) : undefined
    const shared = block && points.filter(each => each.everyMs === point.everyMs && block.items.includes(each.di)).length > 1
    const di = shared ? block.di : point.di
    const key = `${di} ${point.everyMs}`
    const question = questions.get(key) ?? { di, everyMs: point.everyMs, points: [] }
    question.points.push(point)
    questions.set(key, question)
  }
  return [...questions.values()].map(({ di, everyMs, points: asked }) => ({
    everyMs,
    what: `identifier ${di}`,
    place: { identifier: di },
    answerBytes: OVERHEAD + bytesOf(di, asked),
    request: address => encodeFrame(address, READ, identifierBytes(di), wakes),
  }))
}

function bytesOf(di: string, points: readonly Point[]): number {
  const block = standardBlock(di)
  if (block) return block.items.reduce((sum, each) => sum + (standardItem(each)?.bytes ?? 0), 0)
  return points[0]?.format.bytes ?? 0
}

/** An answer fits when address, function and, unless the meter refuses, data identifier are those of the request. */
function findAnswer(request: Uint8Array, received: Uint8Array): BusAnswer {
  const asked = firstFrame(request, nextPiece)
  if (!asked) return WAITING
  for (let from = 0; from < received.length; ) {
    const piece = nextPiece(received, from)
    // A start byte in junk may pretend a long frame: what stands behind it is looked at too.
    if (piece.type !== 'frame') {
      from = piece.type === 'noise' ? piece.to : from + 1
      continue
    }
    const { frame, to } = piece
    const { answers, refuses, code } = controlOf(frame.control)
    const fits = answers && code === controlOf(asked.control).code && frame.address === fullAddress(asked.address)
    if (fits && refuses) {
      const error = frame.data[0] ?? 0
      return { state: 'answered', from, to, refused: `error ${hex(error)}h (${errorTitle(error).en})` }
    }
    const isPart = code !== READ_MORE || frame.data.at(-1) === asked.data[4]
    if (fits && isPart && identifierAt(frame.data) === identifierAt(asked.data)) return { state: 'answered', from, to }
    from = to
  }
  return WAITING
}

/** § 7.1.3: the identifier again, and the number of the part, which the answer repeats as its last byte. */
function restRequest(request: Uint8Array, answer: Uint8Array, part: number): Uint8Array | undefined {
  const asked = firstFrame(request, nextPiece)
  const said = firstFrame(answer, nextPiece)
  if (!asked || !said || !controlOf(said.control).more || part > MOST_PARTS) return undefined
  const wakes = afterWakes(request, { from: 0, to: request.length })
  return encodeFrame(asked.address, READ_MORE, Uint8Array.of(...said.data.subarray(0, 4), part), wakes)
}
