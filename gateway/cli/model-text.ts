import type { ModelReport } from '../../devices/check-model.ts'
import { requestsOf } from '../../devices/model-documents.ts'
import type { BusPoll } from '../../devices/protocols/bus-speech.ts'
import { protocols } from '../../devices/protocols/index.ts'
import type { Protocol } from '../../devices/protocols/protocol.ts'
import type { ModelEntry } from '../model/device.ts'
import { table } from './table.ts'

export type Language = 'en' | 'zh'

const words = {
  id: { en: 'model', zh: '型号' },
  maker: { en: 'maker', zh: '厂家' },
  title: { en: 'title', zh: '名称' },
  kind: { en: 'kind', zh: '种类' },
  protocol: { en: 'protocol', zh: '协议' },
  requests: { en: 'requests', zh: '请求数' },
  verified: { en: 'checked against', zh: '核对依据' },
  source: { en: 'source', zh: '来源' },
  field: { en: 'field', zh: '字段' },
  name: { en: 'name', zh: '名称' },
  unit: { en: 'unit', zh: '单位' },
  where: { en: 'where', zh: '位置' },
  how: { en: 'how', zh: '读法' },
  every: { en: 'every', zh: '周期' },
  request: { en: 'request', zh: '请求' },
  frame: { en: 'as bytes, to unit 1', zh: '报文（从站 1）' },
  bytes: { en: 'bytes of answer', zh: '应答字节' },
  order: { en: 'order', zh: '指令' },
  value: { en: 'value', zh: '取值' },
  notAsked: { en: 'It is not asked: it sends by itself.', zh: '无需轮询：设备主动上报。' },
  sound: { en: 'sound', zh: '有效' },
  warning: { en: 'warning', zh: '警告' },
  problem: { en: 'error', zh: '错误' },
} as const

/** Models as a table, one a line. */
export function modelList(entries: readonly ModelEntry[], lang: Language): string {
  const heading = [words.id, words.title, words.maker, words.kind, words.protocol, words.requests, words.verified].map(word => word[lang])
  return table(
    heading,
    entries.map(({ model, kind }) => [
      model.id,
      model.title[lang],
      model.maker,
      lang === 'zh' ? kind.title.zh : kind.id,
      model.protocol,
      String(requestsOf(model)?.all ?? '–'),
      model.verified,
    ]),
  )
}

/** One model with what it maps, what it asks and what may be ordered. */
export function modelText(entry: ModelEntry, lang: Language): string {
  const { model, kind } = entry
  const head = [
    `${model.title[lang]} (${model.id})`,
    `${words.maker[lang]}: ${model.maker}; ${words.kind[lang]}: ${kind.title[lang]} (${kind.id}); ${words.protocol[lang]}: ${model.protocol}`,
    `${words.source[lang]}: ${model.source}`,
    `${words.verified[lang]}: ${model.verified}`,
  ]
  return [head.join('\n'), pointTable(entry, lang), requestTable(entry, lang), commandTable(entry, lang)].filter(part => part !== '').join('\n\n')
}

/** What was found in a file, problems first; for a model that can be used, what it maps and asks. */
export function reportText({ file, problems, warnings, entry }: ModelReport, lang: Language): string {
  const found = [...problems.map(each => `${words.problem[lang]}: ${each}`), ...warnings.map(each => `${words.warning[lang]}: ${each}`)]
  if (!entry) return found.join('\n')
  return [[`${file}: ${words.sound[lang]}`, ...found].join('\n'), modelText(entry, lang)].join('\n\n')
}

/** A model for scripts. */
export function modelJson({ model, kind }: ModelEntry): object {
  const protocol = protocolOf(model.protocol)
  return {
    id: model.id,
    maker: model.maker,
    title: model.title,
    kind: kind.id,
    protocol: model.protocol,
    source: model.source,
    verified: model.verified,
    ...(protocol && { points: protocol.rows(model) }),
    ...(protocol?.bus && { requests: flat(protocol.bus.polls(model)).map(({ everyMs, what, answerBytes }) => ({ everyMs, what, answerBytes })) }),
    ...(protocol?.bus?.commands && { orders: protocol.bus.commands(model).map(({ name, title, value }) => ({ name, title, value })) }),
  }
}

function pointTable({ model, kind }: ModelEntry, lang: Language): string {
  const rows = protocolOf(model.protocol)?.rows(model) ?? []
  if (rows.length === 0) return ''
  return table(
    [words.field, words.name, words.unit, words.where, words.how, words.every].map(word => word[lang]),
    rows.map(({ field, where, how, everyMs }) => [
      field,
      kind.fields[field]?.title[lang] ?? '',
      kind.fields[field]?.unit ?? '',
      where,
      how,
      everyMs === undefined ? '' : period(everyMs),
    ]),
  )
}

function requestTable({ model }: ModelEntry, lang: Language): string {
  const polls = protocolOf(model.protocol)?.bus?.polls(model)
  if (!polls) return words.notAsked[lang]
  return table(
    [words.request, words.frame, words.bytes, words.every].map(word => word[lang]),
    flat(polls).map(poll => [poll.what, frameText(poll), String(poll.answerBytes), period(poll.everyMs)]),
  )
}

/** The request as bytes, for a serial terminal; nothing where a device has a long address of its own. */
function frameText(poll: Pick<BusPoll, 'request'>): string {
  try {
    return [...poll.request('1')].map(byte => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')
  } catch {
    return ''
  }
}

function commandTable({ model }: ModelEntry, lang: Language): string {
  const commands = protocolOf(model.protocol)?.bus?.commands?.(model) ?? []
  if (commands.length === 0) return ''
  return table(
    [words.order, words.name, words.value].map(word => word[lang]),
    commands.map(({ name, title, value }) => [name, title[lang], valueText(value)]),
  )
}

function valueText(
  value: { readonly type: string; readonly unit?: string; readonly range?: readonly [number, number]; readonly values?: readonly unknown[] } | undefined,
): string {
  if (!value) return ''
  if (value.values) return value.values.map(String).join(', ')
  return value.range ? `${value.range[0]} – ${value.range[1]}${value.unit === undefined ? '' : ` ${value.unit}`}` : value.type
}

/** Polls with those that are asked beside them. */
function flat(polls: readonly BusPoll[]): readonly Pick<BusPoll, 'everyMs' | 'what' | 'answerBytes' | 'request'>[] {
  return polls.flatMap(poll => [poll, ...(poll.beside ?? []).map(each => ({ ...each, what: `+ ${each.what}`, everyMs: poll.everyMs }))])
}

function protocolOf(id: string): Protocol | undefined {
  return protocols.find(each => each.id === id)
}

function period(ms: number): string {
  return ms % 3_600_000 === 0 ? `${ms / 3_600_000} h` : ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`
}
