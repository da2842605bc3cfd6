import type protobuf from 'protobufjs'
import type { Model } from '../../../gateway/model/device.ts'
import type { Kind } from '../../../gateway/model/kind.ts'
import type { Position } from '../../../gateway/model/reading.ts'
import { MappingError, type MappingProblem } from '../mapping-error.ts'
import type { ModelFiles } from '../protocol.ts'
import { type Convert, fieldConversion, numbers, rawOf } from './conversions.ts'
import { readMapping, type TelemetryMapping } from './mapping.ts'
import { type Leaf, type LeafType, type MessageObject, resolvePath } from './paths.ts'
import { findMessage } from './proto-files.ts'
import { timeReader } from './times.ts'

/** A mapping compiled to functions. `item` is what the paths begin at, `root` the payload's own message. */
export interface CompiledMapping {
  readonly type: protobuf.Type
  readonly items: ((root: MessageObject) => unknown) | undefined
  /** Items are of the payload's own type: a payload without items is an item itself. */
  readonly recursive: boolean
  readonly time: (item: MessageObject, root: MessageObject) => number | undefined
  readonly timePath: string
  readonly position: ((item: MessageObject, root: MessageObject) => Position | undefined) | undefined
  /** Grouped by the message they lie in, which is then looked up once. */
  readonly groups: readonly PointGroup[]
  readonly named: NamedPoints | undefined
}

export interface PointGroup {
  readonly container: (item: MessageObject, root: MessageObject) => MessageObject | undefined
  readonly points: { readonly field: string; readonly get: Leaf['get']; readonly convert: Convert }[]
}

export interface NamedPoints {
  readonly list: (item: MessageObject, root: MessageObject) => unknown
  readonly name: (entry: MessageObject) => unknown
  readonly value: (entry: MessageObject) => unknown
  readonly points: ReadonlyMap<string, { readonly field: string; readonly convert: Convert }>
}

type Path = readonly (string | number)[]
type Read = (item: MessageObject, root: MessageObject) => unknown

/** Compiles a mapping for a kind. Throws `MappingError` with every problem it finds. */
export function compileMapping(model: Model, kind: Kind, files: ModelFiles): CompiledMapping {
  const mapping = readMapping(model)
  const found = findMessage(mapping.proto, mapping.message, files)
  if (!('type' in found)) throw new MappingError(model, [{ path: [found.key], message: found.message }])
  const compiler = new Compiler(kind, found.type)
  const compiled = compiler.compile(mapping)
  if (compiler.problems.length > 0) throw new MappingError(model, compiler.problems)
  return compiled
}

/** Gathers problems while it resolves paths, so that a model's author sees all of them at once. */
class Compiler {
  readonly problems: MappingProblem[] = []
  private readonly kind: Kind
  private readonly root: protobuf.Type
  private item: protobuf.Type

  constructor(kind: Kind, root: protobuf.Type) {
    this.kind = kind
    this.root = root
    this.item = root
  }

  compile(mapping: TelemetryMapping): CompiledMapping {
    const items = mapping.items === undefined ? undefined : this.leaf(mapping.items.replace(/^\//, ''), ['items'], this.root, ['messages'])
    this.item = items?.leaf.messages ?? this.root
    if (mapping.points.length === 0 && !mapping.named && !mapping.position)
      this.problems.push({ path: ['points'], message: 'expected at least one point, named point or position' })
    return {
      type: this.root,
      items: items?.leaf.read,
      recursive: this.item === this.root,
      time: this.time(mapping),
      timePath: mapping.time.path,
      position: mapping.position && this.position(mapping.position),
      groups: this.groups(mapping),
      named: mapping.named && this.named(mapping.named),
    }
  }

  private groups({ points }: TelemetryMapping): PointGroup[] {
    const groups = new Map<string, PointGroup>()
    for (const [index, point] of points.entries()) {
      const path = ['points', index]
      const source = this.leaf(point.path, [...path, 'path'])
      const convert = source && this.conversion(source.leaf, point, path)
      if (!convert) continue
      const { container, containerPath, get } = source.leaf
      const fromRoot = point.path.startsWith('/')
      const key = `${fromRoot ? '/' : ''}${containerPath}`
      const group = groups.get(key) ?? { container: fromRoot ? (_item: MessageObject, root: MessageObject) => container(root) : container, points: [] }
      group.points.push({ field: point.field, get, convert })
      groups.set(key, group)
    }
    return [...groups.values()]
  }

  private time({ time }: TelemetryMapping): CompiledMapping['time'] {
    const wanted: LeafType[] = time.unit === 'rfc3339' ? ['string'] : time.unit === 'timestamp' ? ['timestamp'] : ['number']
    const source = this.leaf(time.path, ['time', 'path'], undefined, wanted)
    const toMs = timeReader(time.unit)
    return source ? (item, root) => toMs(source.read(item, root)) : () => undefined
  }

  private position(position: NonNullable<TelemetryMapping['position']>): CompiledMapping['position'] {
    if (!this.kind.moves) this.problems.push({ path: ['position'], message: `kind ${this.kind.id} does not move: it takes no positions` })
    const latitude = this.leaf(position.latitude.path, ['position', 'latitude', 'path'], undefined, ['number'])
    const longitude = this.leaf(position.longitude.path, ['position', 'longitude', 'path'], undefined, ['number'])
    const unless = (position.unless ?? []).flatMap((condition, index) => {
      const path = ['position', 'unless', index]
      const source = this.leaf(condition.path, [...path, 'path'], undefined, ['number', 'boolean', 'string', 'enum'])
      if (!source) return []
      const values = condition.values.map(value => rawOf(source.leaf, value))
      if (values.includes(undefined)) this.problems.push({ path: [...path, 'values'], message: `expected values of a ${source.leaf.type}` })
      return [{ read: source.read, values: new Set(values) }]
    })
    const toLat = numbers(position.latitude)
    const toLon = numbers(position.longitude)
    return (item, root) => {
      const lat = toLat(latitude?.read(item, root))
      const lon = toLon(longitude?.read(item, root))
      // Receivers without a fix send 0, 0: no bus is there, and a map must not show one.
      if (lat === undefined || lon === undefined || (lat === 0 && lon === 0)) return undefined
      return unless.some(({ read, values }) => values.has(read(item, root))) ? undefined : { lat, lon }
    }
  }

  private named(named: NonNullable<TelemetryMapping['named']>): NamedPoints | undefined {
    const list = this.leaf(named.items, ['named', 'items'], undefined, ['messages'])
    if (!list?.leaf.messages) return undefined
    const name = this.leaf(named.name, ['named', 'name'], list.leaf.messages, ['string'])
    const value = this.leaf(named.value, ['named', 'value'], list.leaf.messages)
    if (!name || !value) return undefined
    const points = new Map<string, { readonly field: string; readonly convert: Convert }>()
    for (const [index, point] of named.points.entries()) {
      const convert = this.conversion(value.leaf, point, ['named', 'points', index])
      if (points.has(point.name)) this.problems.push({ path: ['named', 'points', index, 'name'], message: `"${point.name}" is named twice` })
      if (convert) points.set(point.name, { field: point.field, convert })
    }
    return { list: list.read, name: name.leaf.read, value: value.leaf.read, points }
  }

  private conversion(
    leaf: Leaf,
    point: TelemetryMapping['points'][number] | NonNullable<TelemetryMapping['named']>['points'][number],
    path: Path,
  ): Convert | undefined {
    const made = fieldConversion(leaf, point.field, point, this.kind, path)
    if (typeof made === 'function') return made
    this.problems.push(...made)
    return undefined
  }

  /** Resolves a path from the item, or with a leading / from the payload. */
  private leaf(path: string, at: Path, type?: protobuf.Type, wanted?: readonly LeafType[]): { readonly leaf: Leaf; readonly read: Read } | undefined {
    const fromRoot = path.startsWith('/')
    const leaf = resolvePath(type ?? (fromRoot ? this.root : this.item), fromRoot ? path.slice(1) : path)
    if (typeof leaf === 'string') this.problems.push({ path: at, message: leaf })
    else if (wanted ? !wanted.includes(leaf.type) : leaf.type === 'messages')
      this.problems.push({ path: at, message: `expected ${(wanted ?? ['a single value']).join(' or ')}, the message has ${leaf.type} there` })
    else return { leaf, read: fromRoot ? (_item, root) => leaf.read(root) : leaf.read }
    return undefined
  }
}
