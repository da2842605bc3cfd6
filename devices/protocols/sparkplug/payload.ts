import protobuf from 'protobufjs'

/** One metric of a payload (Sparkplug 3.0 § 6.4.6); only what a value needs. */
export interface Metric {
  readonly name?: string
  /** Stands for the name in data (§ 6.4.6, alias): 64 bits, as decimal digits. */
  readonly alias?: string
  readonly timestamp?: number
  readonly datatype?: number
  readonly historical?: boolean
  /** Absent: null, or of a type that carries no single value (data sets, templates, bytes). */
  readonly value?: number | boolean | string
}

/** A payload (§ 6.4.5). */
export interface SparkplugPayload {
  readonly timestamp?: number
  readonly metrics: readonly Metric[]
  /** 0–255; births of a node begin at 0. */
  readonly seq?: number
}

/** § 6.4.16: types whose number is signed and travels in an unsigned field. */
const SIGNED_BITS: Readonly<Record<number, number>> = { 1: 8, 2: 16, 3: 32, 4: 64 }
export const INT64 = 4
export const DOUBLE = 10
export const BOOLEAN = 11
/** Metrics of one payload. */
const MOST_METRICS = 10_000

/** Reads a payload; undefined when the bytes are none. `signed` tells the type of a metric that says none itself. */
export function readPayload(bytes: Uint8Array, typeOf: (alias: string) => number | undefined = () => undefined): SparkplugPayload | undefined {
  try {
    return payloadOf(protobuf.Reader.create(bytes), typeOf)
  } catch {
    // What protobufjs throws for a length beyond the end, a wrong wire type and the like.
    return undefined
  }
}

function payloadOf(reader: protobuf.Reader, typeOf: (alias: string) => number | undefined): SparkplugPayload {
  const metrics: Metric[] = []
  let timestamp: number | undefined
  let seq: number | undefined
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag === 0x08) timestamp = Number(reader.uint64())
    else if (tag === 0x12) {
      if (metrics.length >= MOST_METRICS) throw new RangeError('too many metrics')
      metrics.push(metricOf(reader, reader.uint32(), typeOf))
    } else if (tag === 0x18) seq = Number(reader.uint64())
    else skip(reader, tag)
  }
  return { metrics, ...(timestamp !== undefined && { timestamp }), ...(seq !== undefined && { seq }) }
}

interface Open {
  name?: string
  alias?: string
  timestamp?: number
  datatype?: number
  historical?: boolean
  value?: number | boolean | string
}

function metricOf(reader: protobuf.Reader, length: number, typeOf: (alias: string) => number | undefined): Metric {
  const end = reader.pos + length
  if (end > reader.len) throw new RangeError('a metric beyond the end')
  const metric: Open = {}
  let integer: string | undefined
  while (reader.pos < end) integer = readField(reader, reader.uint32(), metric) ?? integer
  if (reader.pos !== end) throw new RangeError('a metric that ends elsewhere')
  if (integer !== undefined) metric.value = integerOf(integer, metric.datatype ?? (metric.alias === undefined ? undefined : typeOf(metric.alias)))
  return metric
}

/** Answers the digits of an integer value: what they mean depends on the type, which may come later. */
function readField(reader: protobuf.Reader, tag: number, metric: Open): string | undefined {
  switch (tag) {
    case 0x0a:
      metric.name = reader.string()
      return undefined
    case 0x10:
      metric.alias = digitsOf(reader.uint64())
      return undefined
    case 0x18:
      metric.timestamp = Number(reader.uint64())
      return undefined
    case 0x20:
      metric.datatype = reader.uint32()
      return undefined
    case 0x28:
      metric.historical = reader.bool()
      return undefined
    case 0x50:
      return String(reader.uint32())
    case 0x58:
      return digitsOf(reader.uint64())
    case 0x65:
      metric.value = reader.float()
      return undefined
    case 0x69:
      metric.value = reader.double()
      return undefined
    case 0x70:
      metric.value = reader.bool()
      return undefined
    case 0x7a:
      metric.value = reader.string()
      return undefined
    default:
      skip(reader, tag)
      return undefined
  }
}

/** 64 bits as protobufjs gives them: a number, or an object that knows its digits. */
function digitsOf(value: { toString(radix?: number): string }): string {
  return value.toString(10)
}

function skip(reader: protobuf.Reader, tag: number): void {
  if (tag >>> 3 === 0) throw new RangeError('a field without a number')
  reader.skipType(tag & 7)
}

/** Two's complement where the type is signed: Int64 −5 travels as 18446744073709551611. */
function integerOf(digits: string, datatype: number | undefined): number {
  const bits = SIGNED_BITS[datatype ?? 0]
  return Number(bits === undefined ? BigInt(digits) : BigInt.asIntN(bits, BigInt(digits)))
}

/** Makes a payload: for simulators, and for what the gateway asks of a node. Numbers travel as doubles unless the type is Int64. */
export function writePayload({ timestamp, metrics, seq }: SparkplugPayload): Uint8Array {
  const writer = protobuf.Writer.create()
  if (timestamp !== undefined) writer.uint32(0x08).uint64(timestamp)
  for (const metric of metrics) writeMetric(writer.uint32(0x12).fork(), metric).ldelim()
  if (seq !== undefined) writer.uint32(0x18).uint64(seq)
  return writer.finish()
}

function writeMetric(writer: protobuf.Writer, { name, alias, timestamp, datatype, historical, value }: Metric): protobuf.Writer {
  if (name !== undefined) writer.uint32(0x0a).string(name)
  if (alias !== undefined) writer.uint32(0x10).uint64(Number(alias))
  if (timestamp !== undefined) writer.uint32(0x18).uint64(timestamp)
  if (datatype !== undefined) writer.uint32(0x20).uint32(datatype)
  if (historical) writer.uint32(0x28).bool(true)
  if (value === undefined) return writer.uint32(0x38).bool(true)
  if (typeof value === 'boolean') return writer.uint32(0x70).bool(value)
  if (typeof value === 'string') return writer.uint32(0x7a).string(value)
  return datatype === INT64 ? writer.uint32(0x58).int64(value) : writer.uint32(0x69).double(value)
}
