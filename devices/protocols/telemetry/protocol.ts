import type { Protocol } from '../protocol.ts'
import { compileTelemetry } from './decode.ts'
import { explainTelemetry } from './explain.ts'
import { mappingSchema } from './mapping.ts'
import { telemetryRows } from './rows.ts'

/** Protobuf messages and their JSON form: Citygate's own, or a city's by its .proto file and a mapping. */
export const telemetry: Protocol = {
  id: 'telemetry',
  title: { en: 'Telemetry (protobuf, JSON)', zh: '遥测（protobuf、JSON）' },
  channels: ['telemetry'],
  compile: compileTelemetry,
  rows: telemetryRows,
  mapping: mappingSchema,
  explain: explainTelemetry,
}
