import type { ExplainedPart } from '../../../gateway/model/explanation.ts'
import type { Title } from '../../../gateway/model/kind.ts'
import { locationParts } from './explain-location.ts'
import { registrationParts } from './explain-registration.ts'
import { take } from './explain-take.ts'
import { gbkText } from './gbk.ts'
import { type Header, u16 } from './header.ts'
import { BASIC_BYTES } from './location.ts'
import type { LocationPlan } from './mapping.ts'
import { messageName } from './message-names.ts'
import { MESSAGE } from './messages.ts'

const RESULTS: readonly Title[] = [
  { en: 'done', zh: '成功/确认' },
  { en: 'failed', zh: '失败' },
  { en: 'message wrong', zh: '消息有误' },
  { en: 'not supported', zh: '不支持' },
  { en: 'alarm confirmed', zh: '报警处理确认' },
]
const REGISTRATION_RESULTS: readonly Title[] = [
  { en: 'done', zh: '成功' },
  { en: 'vehicle already registered', zh: '车辆已被注册' },
  { en: 'no such vehicle', zh: '数据库中无该车辆' },
  { en: 'terminal already registered', zh: '终端已被注册' },
  { en: 'no such terminal', zh: '数据库中无该终端' },
]

/** What the bytes of a message's body mean, counted from its first byte. Covers the body. */
export function bodyParts({ messageId, encryption, version }: Header, body: Uint8Array, plan: LocationPlan): readonly ExplainedPart[] {
  if (encryption !== 0) return [rest(0, body.length, { en: 'Encrypted', zh: '密文' })]
  switch (messageId) {
    case MESSAGE.location:
      return locationParts(body, 0, body.length, plan)
    case MESSAGE.locationAnswer:
    case MESSAGE.controlAnswer:
      return [...take(body, 0, 2, { en: 'Serial number answered', zh: '应答流水号' }, number), ...locationParts(body, 2, body.length, plan)]
    case MESSAGE.batch:
      return batchParts(body, plan)
    case MESSAGE.register:
      return registrationParts(body, version !== undefined)
    case MESSAGE.authenticate:
      return version === undefined ? take(body, 0, body.length, { en: 'Code', zh: '鉴权码' }, gbkText) : codeParts(body)
    case MESSAGE.terminalAnswer:
    case MESSAGE.platformAnswer:
      return answerParts(body)
    case MESSAGE.registerAnswer:
      return registerAnswerParts(body)
    default:
      return body.length === 0 ? [] : [rest(0, body.length, { en: 'Not taken apart', zh: '未解析的内容' })]
  }
}

function batchParts(body: Uint8Array, plan: LocationPlan): ExplainedPart[] {
  const parts = [
    ...take(body, 0, 2, { en: 'Locations', zh: '数据项个数' }, number),
    ...take(body, 2, 1, { en: 'Type', zh: '位置数据类型' }, bytes =>
      bytes[0] === 1 ? '1 from the buffer / 盲区补报' : `${bytes[0]} usual / 正常位置批量汇报`,
    ),
  ]
  for (let at = 3, index = 1; at < body.length; index++) {
    const length = at + 2 <= body.length ? u16(body, at) : -1
    const end = at + 2 + length
    if (length < BASIC_BYTES || end > body.length) {
      parts.push({
        ...rest(at, body.length, { en: 'No whole location', zh: '不完整的位置数据' }),
        problem: { en: 'it ends beyond the batch, or is none', zh: '超出消息体，或不是位置数据' },
      })
      break
    }
    const inner = [...take(body, at, 2, { en: 'Bytes', zh: '长度' }, number), ...locationParts(body, at + 2, end, plan)]
    parts.push({ from: at, to: end, name: { en: `Location ${index}`, zh: `位置数据 ${index}` }, source: 'JT/T 808-2013 § 8.49', parts: inner })
    at = end
  }
  return parts
}

/** 2019: the code's length, the code, the IMEI and the software's version. */
function codeParts(body: Uint8Array): ExplainedPart[] {
  const length = Math.min(body[0] ?? 0, Math.max(0, body.length - 1))
  return [
    ...take(body, 0, 1, { en: 'Length of the code', zh: '鉴权码长度' }, bytes => String(bytes[0])),
    ...take(body, 1, length, { en: 'Code', zh: '鉴权码' }, gbkText),
    ...take(body, 1 + length, 15, { en: 'IMEI', zh: 'IMEI' }, gbkText),
    ...take(body, 16 + length, body.length, { en: 'Version of the software', zh: '软件版本号' }, gbkText),
  ]
}

function answerParts(body: Uint8Array): ExplainedPart[] {
  return [
    ...take(body, 0, 2, { en: 'Serial number answered', zh: '应答流水号' }, number),
    ...take(body, 2, 2, { en: 'Message answered', zh: '应答 ID' }, bytes => messageName(u16(bytes, 0)).en),
    ...take(body, 4, 1, { en: 'Result', zh: '结果' }, bytes => resultText(RESULTS, bytes[0])),
    ...take(body, 5, body.length, { en: 'Beyond the message', zh: '多余字节' }),
  ]
}

function registerAnswerParts(body: Uint8Array): ExplainedPart[] {
  return [
    ...take(body, 0, 2, { en: 'Serial number answered', zh: '应答流水号' }, number),
    ...take(body, 2, 1, { en: 'Result', zh: '结果' }, bytes => resultText(REGISTRATION_RESULTS, bytes[0])),
    ...take(body, 3, body.length, { en: 'Code', zh: '鉴权码' }, gbkText),
  ]
}

function resultText(results: readonly Title[], result = 0): string {
  const title = results[result]
  return title ? `${result} ${title.en} / ${title.zh}` : String(result)
}

function number(bytes: Uint8Array): string {
  return bytes.length < 2 ? String(bytes[0]) : String(u16(bytes, 0))
}

function rest(from: number, to: number, name: Title): ExplainedPart {
  return { from, to, name }
}
