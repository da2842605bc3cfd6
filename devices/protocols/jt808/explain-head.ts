import type { ExplainedPart } from '../../../gateway/model/explanation.ts'
import type { Title } from '../../../gateway/model/kind.ts'
import { type Header, PART_FLAG, u16, VERSION_FLAG } from './header.ts'
import { messageName } from './message-names.ts'

const SOURCE = 'JT/T 808-2013 § 4.4.3'
const SOURCE_2019 = 'JT/T 808-2019 § 4.4.3'

/** What the bytes of a message's head mean, counted from its first byte. */
export function headParts(plain: Uint8Array, header: Header): ExplainedPart[] {
  const versioned = header.version !== undefined
  const phoneAt = versioned ? 5 : 4
  const serialAt = versioned ? 15 : 10
  const { en, zh } = messageName(header.messageId)
  const parts: ExplainedPart[] = [
    { from: 0, to: 2, name: { en: 'Message', zh: '消息 ID' }, value: `${en} / ${zh}`, source: SOURCE },
    { from: 2, to: 4, name: { en: 'Attributes', zh: '消息体属性' }, source: SOURCE, parts: attributeParts(plain, header) },
  ]
  if (versioned) {
    parts.push({ from: 4, to: 5, name: { en: 'Protocol version', zh: '协议版本号' }, value: String(header.version), source: SOURCE_2019 })
  }
  parts.push({ from: phoneAt, to: serialAt, name: { en: 'Terminal’s phone number', zh: '终端手机号' }, value: header.phone, source: SOURCE })
  parts.push({ from: serialAt, to: serialAt + 2, name: { en: 'Serial number', zh: '消息流水号' }, value: String(header.serial), source: SOURCE })
  if (header.part) {
    parts.push(number(serialAt + 2, { en: 'Parts in all', zh: '消息总包数' }, header.part.total))
    parts.push(number(serialAt + 4, { en: 'This part', zh: '包序号' }, header.part.index))
  }
  return parts
}

function number(from: number, name: Title, value: number): ExplainedPart {
  return { from, to: from + 2, name, value: String(value), source: SOURCE }
}

function attributeParts(plain: Uint8Array, { bodyLength, encryption, length }: Header): ExplainedPart[] {
  const place = { from: 2, to: 4 }
  const attributes = u16(plain, 2)
  const found = plain.length - 1 - length
  const wrong = { en: `the frame has ${found}`, zh: `本帧实有 ${found}` }
  const yes = (flag: number): string => ((attributes & flag) === 0 ? '0' : '1')
  return [
    {
      ...place,
      name: { en: 'Bits 0–9: bytes of the body', zh: '位 0–9：消息体长度' },
      value: String(bodyLength),
      ...(found !== bodyLength && { problem: wrong }),
    },
    {
      ...place,
      name: { en: 'Bits 10–12: encryption', zh: '位 10–12：数据加密方式' },
      value: encryption === 0 ? '0 none / 不加密' : encryption === 1 ? '1 RSA' : `${encryption} reserved / 保留`,
    },
    { ...place, name: { en: 'Bit 13: one of several parts', zh: '位 13：分包' }, value: yes(PART_FLAG) },
    { ...place, name: { en: 'Bit 14: with a version (2019)', zh: '位 14：版本标识（2019）' }, value: yes(VERSION_FLAG) },
  ]
}
