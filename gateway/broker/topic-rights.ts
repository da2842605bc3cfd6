import { NAMESPACE, parseTopic, type SparkplugTopic } from '../../devices/protocols/sparkplug/topic.ts'
import type { Principal } from '../model/access.ts'
import type { Device } from '../model/device.ts'
import type { Channel, DeviceId } from '../model/ids.ts'
import { isId } from '../model/ids.ts'
import { may, mayAnywhere } from '../model/rights.ts'
import { parseTopicFilter } from '../model/topic-filter.ts'
import type { RefusalReason } from './refusals.ts'

/** What the rights need to know of the installed devices. */
export interface DeviceLookup {
  get(id: DeviceId): Device | undefined
}

export type PublishRight =
  | { readonly allowed: true; readonly device: DeviceId; readonly channel: Channel; readonly sparkplug?: SparkplugTopic }
  | { readonly allowed: false; readonly reason: RefusalReason }
export type SubscribeRight = { readonly allowed: true } | { readonly allowed: false; readonly reason: RefusalReason }

const allowed = { allowed: true } as const
const forbidden = { allowed: false, reason: 'SUBSCRIBE_FORBIDDEN' } as const
const unknown = { allowed: false, reason: 'TOPIC_UNKNOWN' } as const
const publishForbidden = { allowed: false, reason: 'PUBLISH_FORBIDDEN' } as const

/** Leaves of `city/v1/{org}/{kind}/{device}/…`. */
const leaves = new Set(['reading', 'state', 'alarm', '+'])
/** Leaves of `down/{device}/…`: commands, and requests for what stands behind a DTU. */
const downLeaves = new Set(['command', 'modbus'])
/** The alphabet of geohash leaves out a, i, l and o; twelve characters are finer than a hand's breadth. */
const GEOHASH_LEVEL = /^[0-9b-hjkmnp-z]$/
const longestGeohash = 12

/**
 * Only devices publish, and only telemetry: `up/{device}/{channel}`, or as Sparkplug edge nodes `spBv1.0/{group}/…/{node}[/{device}]`, for themselves and for what stands behind them. Everything
 * else is refused.
 */
export function mayPublish(principal: Principal, topic: string, devices: DeviceLookup): PublishRight {
  if (principal.type !== 'device') return publishForbidden
  const [root, device, channel, ...rest] = topic.split('/')
  if (root === NAMESPACE) return mayPublishSparkplug(principal.device, topic, devices)
  if (root !== 'up' || device === undefined || channel === undefined || rest.length > 0 || !isId(channel)) return publishForbidden
  return speaksFor(principal.device, device, devices) ? { allowed: true, device, channel } : publishForbidden
}

/** An edge node is the device that signed in, by its id, and its devices are those registered behind it. The group is its own business. */
function mayPublishSparkplug(speaker: DeviceId, topic: string, devices: DeviceLookup): PublishRight {
  const sparkplug = parseTopic(topic)
  const device = sparkplug?.device ?? sparkplug?.node
  if (sparkplug?.node !== speaker || device === undefined || !speaksFor(speaker, device, devices)) return publishForbidden
  return { allowed: true, device, channel: 'sparkplug', sparkplug }
}

/** Commands to an edge node and its devices, and the state of the host application, which this gateway does not send. */
function mayHearSparkplug(speaker: DeviceId, levels: readonly string[]): boolean {
  const [root, group, type, node, ...rest] = levels
  if (root === 'STATE' || (root === NAMESPACE && group === 'STATE')) return true
  return root === NAMESPACE && (type === 'NCMD' || type === 'DCMD') && node === speaker && rest.length <= 1
}

/** Whether a filter may be subscribed. A wildcard over organisations or kinds may: `mayReceive` then lets through what is the principal's own. */
export function maySubscribe(principal: Principal, filter: string, devices: DeviceLookup): SubscribeRight {
  // Aedes 1.2 would accept `$share/…` and then deliver nothing.
  if (filter.startsWith('$share/')) return { allowed: false, reason: 'SHARED_SUBSCRIPTION' }
  const levels = parseTopicFilter(filter)?.levels
  if (levels === undefined) return unknown
  const [root, version, ...rest] = levels
  if (root === 'down') return mayCommandBeHeard(principal, levels, devices)
  if (principal.type === 'device') return mayHearSparkplug(principal.device, levels) ? allowed : forbidden
  if (root === 'city' && version === 'v1') return mayHearCity(principal, rest)
  if (root === 'live' && version === 'v1') return mayHearTiles(principal, rest)
  return root === 'city' || root === 'live' ? unknown : forbidden
}

/** Whether one message may go to this principal: asked for every delivery, because a filter may be wider than the rights. */
export function mayReceive(principal: Principal, topic: string, devices: DeviceLookup): boolean {
  if (principal.type === 'token') {
    if (principal.kind !== undefined) return topic.startsWith(`city/v1/${principal.org}/${principal.kind}/`)
    return topic.startsWith(`city/v1/${principal.org}/`) || topic.startsWith(`live/v1/${principal.org}/`)
  }
  const levels = topic.split('/')
  if (principal.type !== 'device') {
    const [root, version, org] = levels
    return (root === 'city' || root === 'live') && version === 'v1' && org !== undefined && may(principal, 'read', org)
  }
  if (levels[0] === NAMESPACE) return mayHearSparkplug(principal.device, levels)
  const [root, device, leaf, ...rest] = levels
  return (
    root === 'down' && leaf !== undefined && downLeaves.has(leaf) && rest.length === 0 && device !== undefined && speaksFor(principal.device, device, devices)
  )
}

/** A device speaks for itself and, as a concentrator, for the devices registered behind it. */
function speaksFor(speaker: DeviceId, device: DeviceId, devices: DeviceLookup): boolean {
  const installed = devices.get(device)
  return installed !== undefined && (device === speaker || installed.behind === speaker)
}

function mayCommandBeHeard(principal: Principal, levels: readonly string[], devices: DeviceLookup): SubscribeRight {
  if (principal.type !== 'device') return forbidden
  const [, device, leaf, ...rest] = levels
  if (device === undefined || leaf === undefined || !downLeaves.has(leaf) || rest.length > 0) return forbidden
  return speaksFor(principal.device, device, devices) ? allowed : forbidden
}

/** `{org}/{kind}/{device}/{leaf}`, cut short by `#` anywhere. A filter that can never match a topic is refused, so that a slip of the pen is seen at once. */
function mayHearCity(principal: Principal, rest: readonly string[]): SubscribeRight {
  const open = rest.at(-1) === '#'
  const [org, kind, device, leaf] = open ? rest.slice(0, -1) : rest
  if (open ? rest.length > 5 : rest.length !== 4) return unknown
  if (![org, kind, device].every(isIdOrPlus) || (leaf !== undefined && !leaves.has(leaf))) return unknown
  if (principal.type === 'token') return covers(org, principal.org) && covers(kind, principal.kind) ? allowed : forbidden
  return mayHearOf(principal, org) ? allowed : forbidden
}

/** `{org}/{geohash characters}`. Tiles carry all kinds of an organisation together, so a token for one kind gets none. */
function mayHearTiles(principal: Principal, rest: readonly string[]): SubscribeRight {
  const open = rest.at(-1) === '#'
  const [org, ...cell] = open ? rest.slice(0, -1) : rest
  if (!isIdOrPlus(org) || (!open && org === undefined)) return unknown
  if (cell.length > longestGeohash || (!open && cell.length === 0) || !cell.every(level => level === '+' || GEOHASH_LEVEL.test(level))) return unknown
  if (principal.type === 'token') return principal.kind === undefined && covers(org, principal.org) ? allowed : forbidden
  return mayHearOf(principal, org) ? allowed : forbidden
}

/** Of one organisation, or of whichever are theirs. */
function mayHearOf(principal: Principal, org: string | undefined): boolean {
  return org === undefined || org === '+' ? mayAnywhere(principal, 'read') : may(principal, 'read', org)
}

/** Levels that `#` swallowed are undefined, and fine. */
function isIdOrPlus(level: string | undefined): boolean {
  return level === undefined || level === '+' || isId(level)
}

/** Whether a level of a filter can match the one value the principal has there; undefined on either side means any. */
function covers(level: string | undefined, own: string | undefined): boolean {
  return level === undefined || level === '+' || own === undefined || level === own
}
