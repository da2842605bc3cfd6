import protobuf from 'protobufjs'
import type { Model } from '../../../gateway/model/device.ts'
import type { ExplainedPart, Explanation } from '../../../gateway/model/explanation.ts'
import type { Kind } from '../../../gateway/model/kind.ts'
import { type KeptFrame, openFrame } from './kept-frame.ts'
import { readMapping, type SparkplugMapping } from './mapping.ts'
import { type Metric, readPayload } from './payload.ts'

const MOST_PARTS = 500
const METRIC_TAG = 0x12

/** What each byte of a kept frame or of a bare payload means. */
export function explainSparkplug(bytes: Uint8Array, model: Model | undefined, kind: Kind | undefined): Explanation {
  const frame = openFrame(bytes)
  if (!frame) return { parts: whole(bytes, { en: 'Declarations that break off', zh: '不完整的声明' }) }
  const payload = readPayload(frame.payload, alias => frame.declared.get(alias)?.datatype)
  const before: ExplainedPart[] =
    frame.payloadAt === 0
      ? []
      : [
          {
            from: 0,
            to: frame.payloadAt,
            name: { en: 'Put before it by the gateway', zh: '网关附加的信息' },
            value: `${frame.type ?? '?'}${frame.declared.size > 0 ? `: ${[...frame.declared].map(([alias, { name }]) => `${alias} = ${name}`).join(', ')}` : ''}`,
            note: { en: 'the type of the message, and what births have declared of its aliases', zh: '消息类型，以及 BIRTH 声明的别名' },
          },
        ]
  const header = { ...(frame.type && { type: frame.type }), ...(payload?.seq !== undefined && { seq: payload.seq }) }
  if (!payload) return { parts: [...before, ...whole(bytes, { en: 'No Sparkplug B payload', zh: '不是 Sparkplug B 数据' }, frame.payloadAt)], header }
  return { parts: [...before, ...fields(frame, payload.metrics, mappingOf(model, kind))], header }
}

function mappingOf(model: Model | undefined, kind: Kind | undefined): SparkplugMapping | undefined {
  if (model?.protocol !== 'sparkplug' || !kind) return undefined
  try {
    return readMapping(model, kind)
  } catch {
    // A model that does not fit its kind is told of when it is loaded; its frames are explained without fields.
    return undefined
  }
}

function whole(bytes: Uint8Array, name: { readonly en: string; readonly zh: string }, from = 0): ExplainedPart[] {
  return from < bytes.length ? [{ from, to: bytes.length, name, problem: { en: 'these bytes can not be read', zh: '无法解析' } }] : []
}

/** The top-level fields of a payload that is known to be sound, one part each. */
function fields(frame: KeptFrame, metrics: readonly Metric[], mapping: SparkplugMapping | undefined): ExplainedPart[] {
  const parts: ExplainedPart[] = []
  const reader = protobuf.Reader.create(frame.payload)
  let nth = 0
  while (reader.pos < reader.len) {
    const from = frame.payloadAt + reader.pos
    if (parts.length >= MOST_PARTS) return [...parts, { from, to: frame.payloadAt + reader.len, name: { en: 'More metrics', zh: '其余指标' } }]
    const tag = reader.uint32()
    if (tag === 0x08 || tag === 0x18) {
      const number = Number(reader.uint64())
      const time = tag === 0x08
      const shown = time && number <= 8.64e15 ? new Date(number).toISOString() : String(number)
      const name = time ? { en: 'Time', zh: '时间戳' } : { en: 'Number of the message', zh: '序号 seq' }
      parts.push({ from, to: frame.payloadAt + reader.pos, name, value: shown, source: 'Sparkplug 3.0 § 6.4.5' })
      continue
    }
    reader.skipType(tag & 7)
    const to = frame.payloadAt + reader.pos
    const metric = tag === METRIC_TAG ? metrics[nth++] : undefined
    parts.push(metric ? metricPart(from, to, metric, frame, mapping) : { from, to, name: { en: 'Another field', zh: '其他字段' } })
  }
  return parts
}

function metricPart(from: number, to: number, metric: Metric, frame: KeptFrame, mapping: SparkplugMapping | undefined): ExplainedPart {
  const name = metric.name ?? frame.declared.get(metric.alias ?? '')?.name
  const shown = name ?? `alias ${metric.alias ?? '?'}`
  const field = name === undefined ? undefined : mapping?.points.get(name)?.field
  return {
    from,
    to,
    name: { en: `Metric ${shown}`, zh: `指标 ${shown}` },
    value: metric.value === undefined ? '–' : String(metric.value),
    ...(metric.historical && { note: { en: 'from the memory of the node', zh: '历史数据' } }),
    ...(name === undefined && { problem: { en: 'no birth has declared this alias', zh: '没有 BIRTH 声明此别名' } }),
    ...(field !== undefined && { field }),
    source: 'Sparkplug 3.0 § 6.4.6',
  }
}
