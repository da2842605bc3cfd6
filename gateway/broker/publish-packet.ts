/** Where the parts of a PUBLISH stand in its bytes (MQTT 3.1.1 § 3.3). */
export interface PublishView {
  readonly qos: 0 | 1 | 2
  /** 0 when the QoS is. */
  readonly messageId: number
  readonly topicStart: number
  readonly topicEnd: number
  readonly payloadStart: number
}

/** Reads the header of a whole PUBLISH packet. Undefined when it is not well formed: QoS 3, a topic or message id that does not fit, message id 0 (2.3.1-1). */
export function viewPublish(packet: Buffer): PublishView | undefined {
  const qos = ((packet[0] ?? 0) >> 1) & 3
  let at = 1
  while ((packet[at] ?? 0) >= 0x80) at++
  const topicStart = at + 3
  if (topicStart > packet.length) return undefined
  const topicEnd = topicStart + packet.readUInt16BE(at + 1)
  if (qos === 0) return topicEnd > packet.length ? undefined : { qos, messageId: 0, topicStart, topicEnd, payloadStart: topicEnd }
  if (topicEnd + 2 > packet.length || (qos !== 1 && qos !== 2)) return undefined
  const messageId = packet.readUInt16BE(topicEnd)
  return messageId === 0 ? undefined : { qos, messageId, topicStart, topicEnd, payloadStart: topicEnd + 2 }
}

/** The message id of a whole PUBACK, PUBREC, PUBREL or PUBCOMP (§ 3.4 to 3.7). Undefined when it is not well formed. */
export function messageIdOf(packet: Buffer): number | undefined {
  const id = packet.length === 4 ? packet.readUInt16BE(2) : 0
  return id === 0 ? undefined : id
}

/** First bytes of the packets that the broker reads or writes itself (§ 2.2.1, 2.2.2). */
export const packetByte = {
  puback: 0x40,
  pubrec: 0x50,
  pubrel: 0x62,
  pubcomp: 0x70,
  pingreq: 0xc0,
} as const

/** A PUBLISH has its flags in the low four bits. */
export function isPublish(packet: Buffer): boolean {
  return (packet[0] ?? 0) >> 4 === 3
}

/** Two bytes: § 3.13. */
export const pingResponse = Buffer.from([0xd0, 0x00])
