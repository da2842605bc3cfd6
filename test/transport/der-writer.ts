import { derTag } from '../../gateway/transport/der.ts'

/** An element of DER; its length in as few bytes as it takes, or in as many as told, which DER does not allow and readers meet. */
export function tlv(tag: number, parts: readonly Buffer[], lengthBytes?: number): Buffer {
  const content = Buffer.concat(parts)
  const needed = lengthBytes ?? (content.length < 0x80 ? 0 : Math.ceil(content.length.toString(16).length / 2))
  const length = needed === 0 ? [content.length] : [0x80 | needed, ...Buffer.from(content.length.toString(16).padStart(needed * 2, '0'), 'hex')]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}

export function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(derTag.sequence, parts)
}

export function oid(hex: string): Buffer {
  return tlv(derTag.oid, [Buffer.from(hex, 'hex')])
}
