import { z } from 'zod'
import type { Model } from '../../../gateway/model/device.ts'
import { MappingError, schemaProblems } from '../mapping-error.ts'

const path = z.string({ error: 'expected a path of field names such as "bus.speed_kmh"' }).regex(/^\/?[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/, {
  error: 'expected field names joined by dots, such as "bus.speed_kmh"; a leading / begins at the payload and not at the item',
})
const fieldName = z.string({ error: 'expected the name of a field of the kind' })
const factor = z.number({ error: 'expected a number' }).refine(number => number !== 0, { error: 'expected a number that is not 0' })
const rawValue = z.union([z.number(), z.boolean(), z.string()], { error: 'expected a number, true, false or a text' })

/** How a raw value becomes a value: invalid ones are none, `values` names what each means, else `raw × scale + offset`. */
const conversion = {
  scale: factor.optional(),
  offset: z.number({ error: 'expected a number' }).optional(),
  invalid: z.array(rawValue, { error: 'expected a list of raw values that mean "no value"' }).optional(),
  values: z.record(z.string(), rawValue, { error: 'expected an object: raw value → meaning' }).optional(),
}
const source = z.strictObject({ path, scale: conversion.scale, offset: conversion.offset, invalid: conversion.invalid })

export const TIME_UNITS = ['s', 'ms', 'us', 'ns', 'rfc3339', 'timestamp'] as const

/** A mapping of messages as it stands in a model's file. */
export const mappingSchema = z.strictObject({
  /** The file that defines the message: beside the model, or one of Citygate's own. */
  proto: z.string({ error: 'expected the name of a .proto file' }).regex(/\.proto$/, { error: 'expected the name of a .proto file' }),
  /** With its package: `citygate.telemetry.v1.Telemetry`. */
  message: z.string({ error: 'expected the full name of a message, with its package' }).min(1),
  /** Where one payload holds many: a repeated message. All other paths then begin at one of them. */
  items: path.optional(),
  time: z.strictObject(
    { path, unit: z.enum(TIME_UNITS, { error: `expected one of ${TIME_UNITS.join(', ')}` }) },
    { error: 'expected { "path", "unit" }: where the time is' },
  ),
  position: z
    .strictObject({
      latitude: source,
      longitude: source,
      /** No position when one of these holds. */
      unless: z.array(z.strictObject({ path, values: z.array(rawValue).min(1) })).optional(),
    })
    .optional(),
  points: z
    .array(z.strictObject({ path, field: fieldName, ...conversion }))
    .max(1000)
    .default([]),
  /** Values that come as a list of names with values. */
  named: z
    .strictObject({
      items: path,
      name: path,
      value: path,
      points: z
        .array(z.strictObject({ name: z.string(), field: fieldName, ...conversion }))
        .min(1)
        .max(1000),
    })
    .optional(),
})

/** A checked mapping of a `telemetry` model. */
export type TelemetryMapping = z.infer<typeof mappingSchema>
export type Conversion = { readonly [K in keyof typeof conversion]?: z.infer<(typeof conversion)[K]> | undefined }

/** Checks the form of a mapping. Throws `MappingError` with every problem it finds. Whether its paths exist is seen when it is compiled. */
export function readMapping(model: Model): TelemetryMapping {
  const parsed = mappingSchema.safeParse(model.mapping)
  if (!parsed.success) throw new MappingError(model, schemaProblems(parsed.error))
  return parsed.data
}
