import type protobuf from 'protobufjs'
import type { Model } from '../../../gateway/model/device.ts'
import type { Kind, Title } from '../../../gateway/model/kind.ts'
import type { ModelFiles } from '../protocol.ts'
import { type Convert, fieldConversion } from './conversions.ts'
import { readMapping, type TelemetryMapping } from './mapping.ts'
import { resolvePath } from './paths.ts'
import { findMessage } from './proto-files.ts'
import { timeReader } from './times.ts'

/** What a model makes of one place in its messages. */
export interface Meaning {
  readonly title: Title
  /** The field of the kind, or `position`. */
  readonly field?: string
  /** The value as people read it, from the raw one; undefined: no value. */
  readonly text: (raw: unknown) => string | undefined
}

/** What a model says of its messages, for explaining them. */
export interface MessageGuide {
  readonly type: protobuf.Type
  /** By the names on the way from the payload, joined by dots; lists add nothing. */
  meaningOf(path: string): Meaning | undefined
  /** Of values that come as a list of names with values: where that list is, which of its fields is which, and what each name means. */
  namedAt(path: string): { readonly name: string; readonly value: string; meaningOf(name: string): Meaning | undefined } | undefined
}

/** Reads the mapping of a model. Undefined without a model, or when its mapping or its .proto cannot be read: then only the wire's own rules explain. */
export function messageGuide(model: Model | undefined, kind: Kind | undefined, files: ModelFiles): MessageGuide | undefined {
  if (model === undefined || kind === undefined) return undefined
  try {
    const mapping = readMapping(model)
    const found = findMessage(mapping.proto, mapping.message, files)
    return 'type' in found ? guideOf(mapping, found.type, kind) : undefined
  } catch {
    return undefined
  }
}

function guideOf(mapping: TelemetryMapping, root: protobuf.Type, kind: Kind): MessageGuide {
  const { items, named } = mapping
  const list = items === undefined ? undefined : resolvePath(root, items)
  const item = (typeof list === 'object' ? list.messages : undefined) ?? root
  const places = { item, root, kind }
  const meanings = meaningsOf(mapping, places)
  const names = new Map((named?.points ?? []).map(point => [point.name, namedMeaning(mapping, point, places)]))
  /** The keys under which a place may be known: from its item, and from the payload. */
  const keysOf = (path: string): string[] => {
    const within = items !== undefined && path.startsWith(`${items}.`)
    if (within) return [path.slice(items.length + 1), `/${path}`]
    return items === undefined || item === root ? [path, `/${path}`] : [`/${path}`]
  }
  return {
    type: root,
    meaningOf: path =>
      keysOf(path)
        .map(key => meanings.get(key))
        .find(meaning => meaning !== undefined),
    namedAt: path => (named && keysOf(path).includes(named.items) ? { name: named.name, value: named.value, meaningOf: name => names.get(name) } : undefined),
  }
}

interface Places {
  readonly item: protobuf.Type
  readonly root: protobuf.Type
  readonly kind: Kind
}

function meaningsOf(mapping: TelemetryMapping, places: Places): Map<string, Meaning> {
  const meanings = new Map<string, Meaning>()
  const toMs = timeReader(mapping.time.unit)
  meanings.set(mapping.time.path, {
    title: { en: 'Time', zh: '时间' },
    text: raw => {
      const ms = toMs(raw)
      return ms !== undefined && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : undefined
    },
  })
  const { latitude, longitude } = mapping.position ?? {}
  if (latitude) meanings.set(latitude.path, degrees({ en: 'Latitude', zh: '纬度' }, latitude.scale))
  if (longitude) meanings.set(longitude.path, degrees({ en: 'Longitude', zh: '经度' }, longitude.scale))
  for (const point of mapping.points) {
    const meaning = pointMeaning(point, point.path, places)
    if (meaning) meanings.set(point.path, meaning)
  }
  return meanings
}

function degrees(title: Title, scale = 1): Meaning {
  return { title, field: 'position', text: raw => (typeof raw === 'number' && Number.isFinite(raw) ? `${Number((raw * scale).toFixed(9))}°` : undefined) }
}

type PointMapping = TelemetryMapping['points'][number] | NonNullable<TelemetryMapping['named']>['points'][number]

function pointMeaning(point: PointMapping, path: string, { item, root, kind }: Places): Meaning | undefined {
  const leaf = path.startsWith('/') ? resolvePath(root, path.slice(1)) : resolvePath(item, path)
  const field = kind.fields[point.field]
  if (typeof leaf === 'string' || field === undefined) return undefined
  const convert = fieldConversion(leaf, point.field, point, kind, [])
  if (typeof convert !== 'function') return undefined
  return {
    title: field.title,
    field: point.field,
    text: raw => {
      const value = convertOr(convert, raw)
      return value === undefined ? undefined : `${value}${field.unit === undefined ? '' : ` ${field.unit}`}`
    },
  }
}

/** The reading of a payload refuses a text that is too long; explaining it only says that it is no value. */
function convertOr(convert: Convert, raw: unknown): string | undefined {
  try {
    const value = convert(raw)
    return value === undefined ? undefined : String(value)
  } catch {
    return undefined
  }
}

/** Of a value whose name stands beside it: its path begins in the list's own messages. */
function namedMeaning({ named }: TelemetryMapping, point: PointMapping, places: Places): Meaning | undefined {
  const list = named && resolvePath(places.item, named.items)
  const entry = typeof list === 'object' ? list.messages : undefined
  return named && entry && pointMeaning(point, named.value, { ...places, item: entry })
}
