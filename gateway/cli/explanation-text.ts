import type { ExplainedPart } from '../model/explanation.ts'
import type { EpochMs } from '../model/frame.ts'
import type { FrameReading } from '../model/frame-reading.ts'
import { outcomeJson } from './decode-json.ts'
import { table } from './table.ts'

type Language = 'zh' | 'en'

/** Bytes shown of a part; a longer one ends in an ellipsis. */
const SHOWN_BYTES = 10

const WORDS = {
  en: {
    columns: ['at', 'bytes', 'meaning', 'value', 'remark', 'source'],
    protocol: 'protocol',
    recognised: { frame: 'recognised by its frame', values: 'recognised by a model that reads it' },
    model: 'model',
    noModel: 'no model reads it',
    others: (models: string) => `other models that read it, for the bytes do not tell them apart: ${models}`,
    refused: 'refused',
    readings: 'readings',
    header: 'says of itself',
    unexplained: 'this protocol is not explained byte by byte',
  },
  zh: {
    columns: ['位置', '字节', '含义', '值', '说明', '出处'],
    protocol: '协议',
    recognised: { frame: '按帧结构识别', values: '按可解读的型号识别' },
    model: '型号',
    noModel: '没有型号能解读此帧',
    others: (models: string) => `其他也能解读的型号（仅凭字节无法区分）：${models}`,
    refused: '拒收原因',
    readings: '读数',
    header: '帧自述',
    unexplained: '此协议没有逐字节解读',
  },
} as const

/** A frame for people: what it is, what each byte means, and what is read from it. */
export function explanationText(read: FrameReading, bytes: Uint8Array, receivedAt: EpochMs, language: Language): string {
  const words = WORDS[language]
  const { explanation, outcome } = read
  const rows = explanation?.parts.flatMap(part => rowsOf(part, bytes, language, 0)) ?? []
  const header = Object.entries(explanation?.header ?? {}).map(([name, value]) => `${name} ${value}`)
  return [
    ...facts(read, language),
    ...(header.length > 0 ? [`${words.header}: ${header.join(', ')}`] : []),
    '',
    explanation ? table(words.columns, rows) : words.unexplained,
    '',
    outcome.ok ? `${words.readings}: ${JSON.stringify(outcomeJson(outcome, receivedAt))}` : `${words.refused}: ${outcome.reason}, ${outcome.detail}`,
  ].join('\n')
}

function facts({ protocol, recognised, model, tried }: FrameReading, language: Language): string[] {
  const words = WORDS[language]
  const how = recognised && [words.recognised[recognised.by], recognised.what?.[language], recognised.sender].filter(Boolean).join(', ')
  const others = tried.filter(each => each.model !== model && each.reason === undefined).map(each => `${each.model} (${each.values})`)
  return [
    `${words.protocol}: ${protocol}${how ? ` (${how})` : ''}`,
    model === undefined ? words.noModel : `${words.model}: ${model}`,
    ...(others.length > 0 ? [words.others(others.join(', '))] : []),
  ]
}

function rowsOf(part: ExplainedPart, bytes: Uint8Array, language: Language, depth: number): string[][] {
  const { from, to, name, value, note, source, field, problem } = part
  const own = bytes.subarray(from, Math.min(to, from + SHOWN_BYTES))
  const hex = Array.from(own, byte => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ')
  const remark = [problem && `! ${problem[language]}`, note?.[language], field && `→ ${field}`].filter(Boolean).join('; ')
  // What has finer parts shows its bytes there.
  const shown = part.parts ? '' : `${hex}${to - from > SHOWN_BYTES ? ' …' : ''}`
  const row = [
    to - from === 1 ? String(from) : `${from}–${to - 1}`,
    shown,
    `${'  '.repeat(depth)}${name[language]}`,
    oneLine(value ?? ''),
    remark,
    source ?? '',
  ]
  return [row, ...(part.parts ?? []).flatMap(inner => rowsOf(inner, bytes, language, depth + 1))]
}

/** Control characters of a frame must not steer the terminal. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, '·')
}
