import { crc32, deflateRawSync } from 'node:zlib'

/** A ZIP archive of these parts (PKWARE APPNOTE 6.3.10), all with the date at which its calendar begins: the same content makes the same bytes. */
export function zipOf(parts: ReadonlyMap<string, string>): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [name, text] of parts) {
    const content = Buffer.from(text)
    const packed = deflateRawSync(content)
    const path = Buffer.from(name)
    const header = commonHeader(content, packed, path)
    const start = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), header, path])
    // 4.3.12: version made by, what the local header says, then comment, disk, attributes, and where the local header stands.
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    central.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), header, rest, path)
    local.push(start, packed)
    offset += start.length + packed.length
  }
  const directory = Buffer.concat(central)
  // 4.3.16: the end of the central directory.
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(parts.size, 8)
  end.writeUInt16LE(parts.size, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...local, directory, end])
}

/** 4.3.7: what both headers hold, from the version needed to the length of the extra field. */
function commonHeader(content: Buffer, packed: Buffer, path: Buffer): Buffer {
  const header = Buffer.alloc(26)
  header.writeUInt16LE(20, 0)
  // Bit 11: names are UTF-8. Method 8: deflate. Date: 1 January 1980.
  header.writeUInt16LE(1 << 11, 2)
  header.writeUInt16LE(8, 4)
  header.writeUInt16LE(0x21, 8)
  header.writeUInt32LE(crc32(content), 10)
  header.writeUInt32LE(packed.length, 14)
  header.writeUInt32LE(content.length, 18)
  header.writeUInt16LE(path.length, 22)
  return header
}
