import type { Language, Translated } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'

const en = {
  title: 'Rejected frames',
  intro:
    'Frames that arrived whole and gave no reading. Each stays in the journal, is counted here by its reason, and can be decoded again once the reason is gone.',
  redecode: 'After a model was repaired:',
  none: 'No frame was rejected.',
  noneAdvice: 'Every frame so far gave its readings.',
  noneOfReason: 'None of the frames that are kept has this reason.',
  noneHere: 'No frame of these devices was rejected.',
  devices: 'The devices they are of',
  kept: 'The newest are kept for each device; the counts are of all.',
  byReason: 'By reason',
  when: 'Received',
  device: 'Device',
  reason: 'Reason',
  bytes: (count: string) => `${count} bytes`,
  explain: 'What each byte means',
  older: 'Older frames',
  reasons: {
    UNKNOWN_DEVICE: 'no device of this id is registered',
    UNKNOWN_CHANNEL: 'its protocol does not come on this channel',
    UNKNOWN_MODEL: 'the device has a model that is not loaded',
    EMPTY: 'no bytes',
    TOO_LARGE: 'larger than a frame may be',
    TRUNCATED: 'ends before it is complete',
    MALFORMED: 'not of the form of its protocol',
    CRC_MISMATCH: 'the CRC is wrong: disturbed on its way',
    CHECKSUM_MISMATCH: 'the check sum is wrong: disturbed on its way',
    ENCRYPTED: 'encrypted, and nobody gave the key',
    UNSUPPORTED: 'a message that carries no readings here',
    INCOMPLETE: 'a part of it never came',
    WRONG_DEVICE: 'names another device',
    WRONG_UNIT: 'from another unit on the line',
    WRONG_FUNCTION: 'answers another function',
    WRONG_LENGTH: 'its length is not what it says',
    REQUEST_UNKNOWN: 'an answer to nothing that was asked',
    DEVICE_EXCEPTION: 'the device refused the request',
    NO_VALUES: 'holds no value that the model maps',
    TIME_MISSING: 'carries no time where one is needed',
    CLOCK_IMPLAUSIBLE: 'its time cannot be true',
    DECODER_FAULT: 'a fault of the gateway itself: please report it',
    STORE_REFUSED: 'the series store did not take it',
  },
}

type Texts = Translated<typeof en>

const zh: Texts = {
  title: '被拒绝的报文',
  intro: '完整到达但没有得到读数的报文。它们都保留在日志中，按原因计数；原因消除后可以重新解码。',
  redecode: '修正型号之后：',
  none: '没有被拒绝的报文。',
  noneAdvice: '到目前为止，每一帧都得到了读数。',
  noneOfReason: '保留的报文中没有此原因。',
  noneHere: '这些设备没有被拒绝的报文。',
  devices: '查看相关设备',
  kept: '每台设备保留最新的若干帧；计数包含全部。',
  byReason: '按原因',
  when: '接收时间',
  device: '设备',
  reason: '原因',
  bytes: count => `${count} 字节`,
  explain: '逐字节解释',
  older: '更早的报文',
  reasons: {
    UNKNOWN_DEVICE: '没有登记此编号的设备',
    UNKNOWN_CHANNEL: '该协议不使用此通道',
    UNKNOWN_MODEL: '设备的型号未加载',
    EMPTY: '没有字节',
    TOO_LARGE: '超过报文允许的长度',
    TRUNCATED: '未完整即结束',
    MALFORMED: '不符合协议格式',
    CRC_MISMATCH: 'CRC 错误：传输中受干扰',
    CHECKSUM_MISMATCH: '校验和错误：传输中受干扰',
    ENCRYPTED: '已加密，且未提供密钥',
    UNSUPPORTED: '此处不含读数的消息',
    INCOMPLETE: '缺少其中一部分',
    WRONG_DEVICE: '报文写的是另一台设备',
    WRONG_UNIT: '来自线路上的另一从站',
    WRONG_FUNCTION: '应答的功能码不符',
    WRONG_LENGTH: '长度与所写不符',
    REQUEST_UNKNOWN: '没有对应的请求',
    DEVICE_EXCEPTION: '设备拒绝了请求',
    NO_VALUES: '不含型号所映射的值',
    TIME_MISSING: '缺少必需的时间',
    CLOCK_IMPLAUSIBLE: '时间不可能正确',
    DECODER_FAULT: '网关自身的缺陷：请报告',
    STORE_REFUSED: '时序库没有接收',
  },
}

/** The texts of the page of rejected frames. */
export const rejectedTexts: Readonly<Record<Language, Texts>> = { en, zh }

/** Them in the language of the page. */
export function useRejectedTexts(): Texts {
  return rejectedTexts[useLanguage().language]
}

/** What a reason means, in words; nothing of one that a newer gateway has and this page does not know. */
export function reasonWords(reason: string, texts: Texts): string | undefined {
  const found = Object.entries(texts.reasons).find(([code]) => code === reason)
  return found?.[1]
}
