import type { BusAnswer, BusCommand, BusPoll, BusSpeech } from '../bus-speech.ts'
import { hex } from '../line-bytes.ts'
import { firstFrame } from '../line-frames.ts'
import { CLOSE, CURRENT, controlOf, OPEN, READ, VALVE, WRITE } from './control.ts'
import { DATA_HEAD } from './decode.ts'
import { addressProblem, encodeFrame, fullAddress, identifierBytes } from './encode.ts'
import { nextPiece } from './frame.ts'
import { identifierAt } from './identifiers.ts'
import { layoutOf, readStatus } from './items.ts'
import { type Cjt188Mapping, readMapping } from './mapping.ts'

const WAITING: BusAnswer = { state: 'waiting' }
/** Wake bytes, head, check sum and end. */
const OVERHEAD = 4 + 11 + 2

/** How CJ/T 188 meters that share a line are asked. */
export const cjt188Bus: BusSpeech = {
  addressProblem,
  polls: model => [currentPoll(readMapping(model, undefined))],
  commands: model => {
    const mapping = readMapping(model, undefined)
    return mapping.valve ? [valveCommand(mapping)] : []
  },
  pauseMs: model => readMapping(model, undefined).pauseMs,
  timeoutMs: model => readMapping(model, undefined).timeoutMs,
  answer: findAnswer,
}

function currentPoll(mapping: Cjt188Mapping): BusPoll {
  return {
    everyMs: mapping.everyMs,
    what: `current values (${CURRENT})`,
    place: { identifier: CURRENT },
    answerBytes: OVERHEAD + DATA_HEAD + (layoutOf(mapping.type)?.bytes ?? 0),
    request: address => encodeFrame(mapping.type, address, READ, identifierBytes(CURRENT, mapping.order, 0), mapping.wakes),
  }
}

/** Table 6, A017: the valve is opened or closed, and its state read back once it has had time to move. */
function valveCommand(mapping: Cjt188Mapping): BusCommand {
  const { type, order, wakes } = mapping
  return {
    name: 'valve',
    title: { en: 'Valve', zh: '阀门' },
    value: { type: 'string', values: ['open', 'closed'] },
    request: (address, value) => {
      if (value !== 'open' && value !== 'closed') throw new RangeError('expected open or closed')
      return encodeFrame(type, address, WRITE, Uint8Array.of(...identifierBytes(VALVE, order, 0), value === 'open' ? OPEN : CLOSE), wakes)
    },
    confirm: {
      afterMs: mapping.valveMs,
      request: address => currentPoll(mapping).request(address),
      shows: (answer, value) => {
        const data = firstFrame(answer, nextPiece)?.data
        const status = data?.[DATA_HEAD + (layoutOf(type)?.statusAt ?? 0)]
        if (status === undefined) return 'the answer has no status'
        const { valveOpen } = readStatus(status)
        if (valveOpen === undefined) return 'the meter says that its valve is broken'
        return valveOpen === (value === 'open') ? true : `the valve is ${valveOpen ? 'open' : 'closed'}`
      },
    },
  }
}

/** An answer fits when address, function and, unless the meter refuses, identifier are those of the request. */
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
    if (fits && refuses) return { state: 'answered', from, to, refused: `control ${hex(frame.control)}h: the meter could not` }
    if (fits && identifierAt(frame.data)?.di === identifierAt(asked.data)?.di) return { state: 'answered', from, to }
    from = to
  }
  return WAITING
}
