import type { ExplainedPart } from '../../../gateway/model/explanation.ts'
import type { Title } from '../../../gateway/model/kind.ts'
import { headParts } from './explain-head.ts'
import { checkByte, FLAG } from './frame.ts'
import { type Header, readHeader } from './header.ts'

/** A frame with its escapes taken out, and where each byte stood. */
export interface LaidFrame {
  readonly from: number
  readonly to: number
  /** What stands between the flags, without escapes. */
  readonly plain: Uint8Array
  /** Where each byte of `plain` begins in the payload, and where the last one ends. */
  readonly starts: readonly number[]
  /** Where something follows 7D that is no escape. */
  readonly wrongEscape: boolean
  readonly closed: boolean
  readonly header: Header | undefined
  readonly body: Uint8Array
}

/** Takes a frame apart, sound or not, from its flag on. */
export function layFrame(payload: Uint8Array, from: number, to: number): LaidFrame {
  const closed = to - from > 1 && payload[to - 1] === FLAG
  const end = closed ? to - 1 : to
  const bytes: number[] = []
  const starts: number[] = []
  let wrongEscape = false
  for (let at = from + 1; at < end; at++) {
    starts.push(at)
    const byte = payload[at] ?? 0
    const next = byte === 0x7d && at + 1 < end ? payload[at + 1] : undefined
    if (next === 1 || next === 2) {
      bytes.push(0x7c + next)
      at++
    } else {
      bytes.push(byte)
      if (byte === 0x7d) wrongEscape = true
    }
  }
  starts.push(end)
  const plain = Uint8Array.from(bytes)
  const header = readHeader(plain.subarray(0, -1))
  return { from, to, plain, starts, wrongEscape, closed, header, body: header ? plain.subarray(header.length, -1) : new Uint8Array(0) }
}

/** What each byte of a frame means. `body` is what its body means, counted from the body's first byte. */
export function explainFrame(payload: Uint8Array, frame: LaidFrame, body: readonly ExplainedPart[]): ExplainedPart {
  const { from, to, plain, header, closed } = frame
  const place = (part: ExplainedPart, offset: number): ExplainedPart => placed(frame, part, offset)
  const parts: ExplainedPart[] = [{ from, to: from + 1, name: { en: 'Flag', zh: '标识位' }, value: '7E', source: 'JT/T 808-2013 § 4.4.2' }]
  if (header) {
    parts.push(...headParts(plain, header).map(part => place(part, 0)))
    if (frame.body.length > 0) parts.push(place({ from: 0, to: frame.body.length, ...bodyTitle(header), parts: body }, header.length))
    parts.push(place(checkPart(plain, closed), 0))
  } else if (plain.length > 0) {
    const problem = { en: `${plain.length} bytes: a head and the check byte have at least 13`, zh: `共 ${plain.length} 字节：消息头与校验码至少 13 字节` }
    parts.push(place({ from: 0, to: plain.length, name: { en: 'Too short for a message', zh: '不足一条消息' }, problem }, 0))
  }
  if (closed) parts.push({ from: to - 1, to, name: { en: 'Flag', zh: '标识位' }, value: '7E' })
  const problem = frameProblem(frame)
  return { from, to, name: { en: 'Frame', zh: '帧' }, ...(problem && { problem }), parts: withEscapes(payload, parts) }
}

function bodyTitle({ encryption }: Header): { readonly name: Title; readonly problem?: Title } {
  const name = { en: 'Body', zh: '消息体' }
  if (encryption === 0) return { name }
  return { name, problem: { en: 'encrypted: only those with the key can read it', zh: '已加密：没有密钥无法解读' } }
}

function checkPart(plain: Uint8Array, closed: boolean): ExplainedPart {
  const at = plain.length - 1
  const found = plain[at] ?? 0
  const sum = checkByte(plain, 0, at)
  const part = { from: at, to: at + 1, name: { en: 'Check byte', zh: '校验码' }, value: hex(found), source: 'JT/T 808-2013 § 4.4.5' }
  if (found === sum || !closed) return part
  return { ...part, problem: { en: `the bytes before it give ${hex(sum)}`, zh: `按前面的字节计算应为 ${hex(sum)}` } }
}

function frameProblem({ closed, wrongEscape }: LaidFrame): Title | undefined {
  if (!closed) return { en: 'the frame has no 7E at its end', zh: '帧尾缺少 7E' }
  return wrongEscape ? { en: 'after 7D stands neither 01 nor 02', zh: '7D 之后既不是 01 也不是 02' } : undefined
}

/** A part of the message as a part of the payload. */
function placed(frame: LaidFrame, part: ExplainedPart, offset: number): ExplainedPart {
  const at = (index: number): number => frame.starts[Math.min(index + offset, frame.starts.length - 1)] ?? frame.to
  const { parts, ...rest } = part
  return { ...rest, from: at(part.from), to: at(part.to), ...(parts && { parts: parts.map(each => placed(frame, each, offset)) }) }
}

/** Says of parts whose bytes were escaped that they were. */
function withEscapes(payload: Uint8Array, parts: readonly ExplainedPart[]): ExplainedPart[] {
  return parts.map(part => {
    const inner = part.parts && part.parts.length > 0 ? { parts: withEscapes(payload, part.parts) } : {}
    const { parts: _, ...rest } = part
    if ('parts' in inner || rest.note || !payload.subarray(part.from, part.to).includes(0x7d)) return { ...rest, ...inner }
    return { ...rest, note: { en: 'escaped: 7D 02 stands for 7E, 7D 01 for 7D', zh: '已转义：7D 02 表示 7E，7D 01 表示 7D' } }
  })
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0')
}
