import type { Model } from '../../../gateway/model/device.ts'
import { MappingError, schemaProblems } from '../mapping-error.ts'
import { toCondition } from './conditions.ts'
import { mappingProblems } from './mapping-problems.ts'
import { mappingSchema, type PointJson } from './mapping-schema.ts'
import type { ModbusMapping, Point } from './register-map.ts'
import { parsePeriod, toPart } from './register-schema.ts'
import { toWrite } from './writes.ts'

/** Checks the mapping of a `modbus` model. Throws `MappingError` with every problem it finds. */
export function readMapping(model: Model): ModbusMapping {
  const parsed = mappingSchema.safeParse(model.mapping)
  if (!parsed.success) throw new MappingError(model, schemaProblems(parsed.error))
  const { read, clock, points, quality = [], writes = [] } = parsed.data
  const wire = (number: number): number => number - read.firstAddress
  const mapping: ModbusMapping = {
    points: points.map(json => toPoint(json, read)),
    clock: clock && { ...clock, functionCode: clock.function ?? read.function, address: wire(clock.address), span: clock.bytes.length / 2 },
    conditions: quality.map(json => toCondition(json, read)),
    largestBlock: read.largestBlock,
    largestGap: read.largestGap,
    evenCounts: read.evenCounts,
    unreadable: read.unreadable.map(([from, to]) => [wire(from), wire(to)] as const),
    pauseMs: read.pause,
    timeoutMs: read.timeout,
    writes: writes.map(json => toWrite(json, read)),
  }
  const problems = mappingProblems(mapping, parsed.data)
  if (problems.length > 0) throw new MappingError(model, problems)
  return mapping
}

type ReadJson = Parameters<typeof toPart>[1] & { readonly every: number; readonly groups: Readonly<Record<string, number>> }

function toPoint(json: PointJson, read: ReadJson): Point {
  return {
    field: json.field,
    parts: [json, ...(json.plus ?? [])].map(each => toPart(each, read)),
    offset: json.offset ?? 0,
    times: (json.times ?? []).map(each => ({ part: toPart(each, read), exponent: each.exponent ?? false })),
    invalid: json.invalid ?? [],
    values: json.values,
    everyMs: json.every === undefined ? read.every : (read.groups[json.every] ?? parsePeriod(json.every) ?? read.every),
  }
}
