/**
 * Reads the header of a PUBLISH (MQTT 3.1.1 § 3.3). One view serves many packets, because most of what comes is PUBLISH, and an object for each would cost as much as reading it.
 */
export class PublishView {
  qos: 0 | 1 | 2 = 0
  /** 0 when the QoS is. */
  messageId = 0
  topicStart = 0
  topicEnd = 0
  payloadStart = 0

  /**
   * Looks at the whole packet that stands there. Answers false when it is not well formed: QoS 3, a topic or message id that does not fit, message id 0 (2.3.1-1); then the view
   * says nothing.
   */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    const qos = (byteAt(bytes, from) >> 1) & 3
    let at = from + 1
    while (byteAt(bytes, at) >= 0x80) at++
    const topicStart = at + 3
    if (topicStart > to || qos === 3) return false
    const topicEnd = topicStart + twoBytes(bytes, at + 1)
    const payloadStart = qos === 0 ? topicEnd : topicEnd + 2
    if (payloadStart > to) return false
    const messageId = qos === 0 ? 0 : twoBytes(bytes, topicEnd)
    if (qos !== 0 && messageId === 0) return false
    this.qos = qos as 0 | 1 | 2
    this.messageId = messageId
    this.topicStart = topicStart
    this.topicEnd = topicEnd
    this.payloadStart = payloadStart
    return true
  }
}

/** The message id of a whole PUBACK, PUBREC, PUBREL or PUBCOMP (§ 3.4 to 3.7). Undefined when it is not well formed. */
export function messageIdOf(bytes: Uint8Array, from: number, to: number): number | undefined {
  const id = to - from === 4 ? twoBytes(bytes, from + 2) : 0
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
export function isPublish(firstByte: number): boolean {
  return firstByte >> 4 === 3
}

/** Two bytes: § 3.13. */
export const pingResponse = Buffer.from([0xd0, 0x00])

/** The caller has made sure that there is one; 0 otherwise. */
export function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0
}

function twoBytes(bytes: Uint8Array, at: number): number {
  return (byteAt(bytes, at) << 8) | byteAt(bytes, at + 1)
}
