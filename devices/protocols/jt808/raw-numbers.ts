import { u16, u32 } from './header.ts'

/** How a number stands in a maker's item. */
export type RawType = 'u8' | 's8' | 'u16' | 's16' | 'u32' | 's32'

/** Its bytes. */
export function rawBytes(type: RawType): number {
  return Number(type.slice(1)) / 8
}

/** The number, the higher byte first. */
export function readRaw(type: RawType, bytes: Uint8Array, at: number): number {
  switch (type) {
    case 'u8':
      return bytes[at] ?? 0
    case 's8':
      return ((bytes[at] ?? 0) << 24) >> 24
    case 'u16':
      return u16(bytes, at)
    case 's16':
      return (u16(bytes, at) << 16) >> 16
    case 'u32':
      return u32(bytes, at)
    case 's32':
      return u32(bytes, at) | 0
  }
}
