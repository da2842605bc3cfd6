/** Messages that an edge node sends (Sparkplug 3.0 § 4.1, namespace elements). */
export const NODE_MESSAGES = ['NBIRTH', 'NDEATH', 'NDATA'] as const
/** Messages about a device behind it. */
export const DEVICE_MESSAGES = ['DBIRTH', 'DDEATH', 'DDATA'] as const
export type MessageType = (typeof NODE_MESSAGES)[number] | (typeof DEVICE_MESSAGES)[number]

/** All of them, in the order of their numbers in a kept frame. */
export const MESSAGE_TYPES: readonly MessageType[] = [...NODE_MESSAGES, ...DEVICE_MESSAGES]

/** `spBv1.0/{group}/{type}/{node}[/{device}]`, taken apart. */
export interface SparkplugTopic {
  readonly group: string
  readonly type: MessageType
  readonly node: string
  readonly device?: string
}

export const NAMESPACE = 'spBv1.0'

/** Undefined for what is no message of an edge node. */
export function parseTopic(topic: string): SparkplugTopic | undefined {
  const [root, group, type, node, device, ...rest] = topic.split('/')
  if (root !== NAMESPACE || !group || !node || rest.length > 0) return undefined
  if (device === undefined && NODE_MESSAGES.some(each => each === type)) return { group, type: type as MessageType, node }
  if (device !== undefined && device !== '' && DEVICE_MESSAGES.some(each => each === type)) return { group, type: type as MessageType, node, device }
  return undefined
}
