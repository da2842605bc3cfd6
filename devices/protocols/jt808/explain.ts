import type { Model } from '../../../gateway/model/device.ts'
import type { ExplainedPart, Explanation } from '../../../gateway/model/explanation.ts'
import { bodyParts } from './explain-body.ts'
import { explainFrame, type LaidFrame, layFrame } from './explain-frame.ts'
import { FLAG } from './frame.ts'
import { guidePlan, type LocationPlan } from './mapping.ts'
import { messageHex } from './message-names.ts'
import { concatenated } from './parts.ts'

/** What each byte of a payload means. Total: whatever is between two flags is taken for a frame, and the rest is said to belong to none. */
export function explainJt808(payload: Uint8Array, model: Model | undefined): Explanation {
  const plan = guidePlan(model)
  const pieces = piecesOf(payload)
  const frames = pieces.flatMap(piece => ('frame' in piece ? [piece.frame] : []))
  const whole = messageOf(frames)
  const parts = pieces.map(piece => ('frame' in piece ? explainFrame(payload, piece.frame, bodyOf(piece.frame, whole, plan)) : piece))
  const header = frames.find(frame => frame.header)?.header
  if (!header) return { parts }
  return { parts, header: { messageId: messageHex(header.messageId), terminal: header.phone, serial: header.serial } }
}

type Piece = ExplainedPart | { readonly frame: LaidFrame }

function piecesOf(payload: Uint8Array): Piece[] {
  const pieces: Piece[] = []
  for (let at = 0; at < payload.length; ) {
    const flag = payload.indexOf(FLAG, at)
    if (flag !== at) {
      const to = flag < 0 ? payload.length : flag
      pieces.push(strayPart(at, to))
      at = to
      continue
    }
    const end = payload.indexOf(FLAG, at + 1)
    if (end === at + 1) {
      pieces.push({ from: at, to: end, name: { en: 'Flag', zh: '标识位' }, value: '7E' })
      at = end
      continue
    }
    const to = end < 0 ? payload.length : end + 1
    pieces.push({ frame: layFrame(payload, at, to) })
    at = to
  }
  return pieces
}

function strayPart(from: number, to: number): ExplainedPart {
  const problem = { en: 'a frame begins and ends with 7E: these bytes belong to none', zh: '一帧以 7E 开始和结束：这些字节不属于任何帧' }
  return { from, to, name: { en: 'Bytes outside a frame', zh: '帧外字节' }, problem }
}

/** A body that came in parts, in whatever order, once they are all there. Otherwise each body stands for itself. */
interface WholeMessage {
  readonly body: Uint8Array
  readonly starts: ReadonlyMap<LaidFrame, number>
}

function messageOf(frames: readonly LaidFrame[]): WholeMessage | undefined {
  const total = frames[0]?.header?.part?.total ?? 0
  if (total < 2 || total > frames.length) return undefined
  const byIndex = new Map(frames.map(frame => [frame.header?.part?.total === total ? frame.header.part.index : 0, frame]))
  const inOrder = Array.from({ length: total }, (_, index) => byIndex.get(index + 1)).filter(frame => frame !== undefined)
  if (inOrder.length < total) return undefined
  const starts = new Map<LaidFrame, number>()
  let at = 0
  for (const frame of inOrder) {
    starts.set(frame, at)
    at += frame.body.length
  }
  return { body: concatenated(inOrder.map(({ body }) => body)), starts }
}

/** What a frame's body means: on its own, or as its share of the whole message. */
function bodyOf(frame: LaidFrame, whole: WholeMessage | undefined, plan: LocationPlan): readonly ExplainedPart[] {
  const { header, body } = frame
  if (!header || body.length === 0) return []
  const start = whole?.starts.get(frame)
  if (whole && start !== undefined) {
    return bodyParts(header, whole.body, plan).flatMap(part => clipped(part, start, start + body.length))
  }
  if (header.part && header.part.total !== 1) {
    const { index, total } = header.part
    return [{ from: 0, to: body.length, name: { en: `Part ${index} of ${total} of the body`, zh: `消息体第 ${index} 包，共 ${total} 包` } }]
  }
  return bodyParts(header, body, plan)
}

/** What of a part lies between two bytes, counted from the first of them. A value that is cut by the end of a frame stands in both. */
function clipped(part: ExplainedPart, from: number, to: number): ExplainedPart[] {
  if (part.to <= from || part.from >= to) return []
  const { parts, ...rest } = part
  const inner = parts?.flatMap(each => clipped(each, from, to))
  return [{ ...rest, from: Math.max(part.from, from) - from, to: Math.min(part.to, to) - from, ...(inner && inner.length > 0 && { parts: inner }) }]
}
