import protobuf from 'protobufjs'
import type { Batch, BusPosition, Fix, MeterReading, TelemetryMessage, WorksiteSample } from './messages.ts'

export type { TelemetryMessage, WorksiteSample } from './messages.ts'

type Scalar = 'int64' | 'uint32' | 'double' | 'float' | 'bool' | 'string' | 'fix'
type Fields<M> = readonly (readonly [name: keyof M & string, number: number, type: Scalar])[]

const BUS: Fields<BusPosition> = [
  ['fixTimeMs', 1, 'int64'],
  ['latitude', 2, 'double'],
  ['longitude', 3, 'double'],
  ['speedKmh', 4, 'float'],
  ['headingDeg', 5, 'float'],
  ['route', 6, 'string'],
  ['trip', 7, 'string'],
  ['occupancy', 8, 'uint32'],
  ['odometerKm', 9, 'double'],
  ['doorOpen', 10, 'bool'],
  ['satellites', 11, 'uint32'],
  ['fix', 12, 'fix'],
]

const WORKSITE: Fields<WorksiteSample> = [
  ['timeMs', 1, 'int64'],
  ['pm25Ugm3', 2, 'float'],
  ['pm10Ugm3', 3, 'float'],
  ['tspUgm3', 4, 'float'],
  ['noiseDba', 5, 'float'],
  ['windSpeedMps', 6, 'float'],
  ['windDirectionDeg', 7, 'float'],
  ['temperatureC', 8, 'float'],
  ['humidityPercent', 9, 'float'],
  ['pressureKpa', 10, 'float'],
  ['illuminanceLux', 11, 'float'],
  ['rainMm', 12, 'float'],
  ['craneLoadT', 13, 'float'],
  ['craneMomentPercent', 14, 'float'],
]

const FIX: Readonly<Record<Fix, number>> = { FIX_UNSPECIFIED: 0, FIX_NONE: 1, FIX_2D: 2, FIX_3D: 3, FIX_DIFFERENTIAL: 4 }

/**
 * The bytes of one message of `citygate.telemetry.v1`. Written by hand over protobufjs' Writer because a protocol reads no files; the tests hold it against
 * the .proto and against protoc. Throws when the object is none of the four bodies.
 */
export function encodeTelemetry(message: TelemetryMessage): Uint8Array {
  return writeTelemetry(protobuf.Writer.create(), message).finish()
}

function writeTelemetry(writer: protobuf.Writer, message: TelemetryMessage): protobuf.Writer {
  if ('bus' in message) return writeFields(open(writer, 1), BUS, message.bus).ldelim()
  if ('meter' in message) return writeMeter(open(writer, 2), message.meter).ldelim()
  if ('worksite' in message) return writeFields(open(writer, 3), WORKSITE, message.worksite).ldelim()
  if ('batch' in message) return writeBatch(open(writer, 4), message.batch).ldelim()
  throw new TypeError('a telemetry message has one of: bus, meter, worksite, batch')
}

function writeMeter(writer: protobuf.Writer, meter: MeterReading): protobuf.Writer {
  writer.uint32(tag(1, 0)).int64(meter.timeMs)
  for (const { name, value } of meter.registers) {
    open(writer, 2).uint32(tag(1, 2)).string(name).uint32(tag(2, 1)).double(value).ldelim()
  }
  return writer
}

function writeBatch(writer: protobuf.Writer, batch: Batch): protobuf.Writer {
  for (const item of batch.items) writeTelemetry(open(writer, 1), item).ldelim()
  return writer
}

/** Begins a length-delimited field; `ldelim()` ends it. */
function open(writer: protobuf.Writer, number: number): protobuf.Writer {
  return writer.uint32(tag(number, 2)).fork()
}

/** Field number and wire type in one (protobuf encoding guide, "Message Structure"). */
function tag(number: number, wireType: 0 | 1 | 2 | 5): number {
  return (number << 3) | wireType
}

function writeFields<M>(writer: protobuf.Writer, fields: Fields<M>, message: M): protobuf.Writer {
  for (const [name, number, type] of fields) {
    const value: unknown = message[name]
    if (value !== undefined) writeScalar(writer, number, type, value)
  }
  return writer
}

function writeScalar(writer: protobuf.Writer, number: number, type: Scalar, value: unknown): void {
  if (typeof value === 'boolean') writer.uint32(tag(number, 0)).bool(value)
  else if (type === 'fix') writer.uint32(tag(number, 0)).int32(FIX[value as Fix])
  else if (typeof value === 'string') writer.uint32(tag(number, 2)).string(value)
  else if (typeof value === 'number') writeNumber(writer, number, type, value)
}

function writeNumber(writer: protobuf.Writer, number: number, type: Scalar, value: number): void {
  if (type === 'double') writer.uint32(tag(number, 1)).double(value)
  else if (type === 'float') writer.uint32(tag(number, 5)).float(value)
  else if (type === 'int64') writer.uint32(tag(number, 0)).int64(value)
  else writer.uint32(tag(number, 0)).uint32(value)
}
