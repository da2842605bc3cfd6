import { constants, crc32, inflateRawSync } from 'node:zlib'
import { tableInvalid } from './table-row.ts'

/** More parts than any spreadsheet has. */
const mostEntries = 10_000
/** What one part may hold when it is unpacked: fifty thousand devices take fifty megabytes. */
const mostBytes = 256 * 2 ** 20

/**
 * A part of a ZIP archive (PKWARE APPNOTE 6.3.10), unpacked; undefined when there is none of that name. Nothing is believed that the archive says about sizes: unpacking
 * ends at a limit of ours.
 *
 * @throws GatewayError IMPORT_INVALID for what is no archive, is damaged, encrypted, or unpacks to more than the limit.
 */
export function zipPart(archive: Buffer, name: string): Buffer | undefined {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  if (end < 0 || end + 22 > archive.length) throw damaged('it has no table of contents')
  const count = archive.readUInt16LE(end + 10)
  let at = archive.readUInt32LE(end + 16)
  if (count > mostEntries) throw damaged(`it has ${count} parts`)
  for (let entry = 0; entry < count; entry++) {
    // 4.3.12: the central directory header.
    if (at + 46 > archive.length || archive.readUInt32LE(at) !== 0x02014b50) throw damaged('its table of contents is broken')
    const nameLength = archive.readUInt16LE(at + 28)
    if (archive.toString('utf8', at + 46, at + 46 + nameLength) === name) return unpacked(archive, at, name)
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
  }
  return undefined
}

function unpacked(archive: Buffer, header: number, name: string): Buffer {
  const [flags, method] = [archive.readUInt16LE(header + 8), archive.readUInt16LE(header + 10)]
  const [crc, packed, local] = [archive.readUInt32LE(header + 16), archive.readUInt32LE(header + 20), archive.readUInt32LE(header + 42)]
  if ((flags & 1) !== 0) throw damaged('it is encrypted: save it without a password')
  if (local + 30 > archive.length || archive.readUInt32LE(local) !== 0x04034b50) throw damaged(`${name} is not where it should be`)
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
  const bytes = archive.subarray(start, start + packed)
  const content = method === 0 ? bytes : inflated(bytes, method, name)
  if (content.length > mostBytes || crc32(content) !== crc) throw damaged(`${name} is not what its checksum says`)
  return content
}

function inflated(bytes: Buffer, method: number, name: string): Buffer {
  if (method !== 8) throw damaged(`${name} is packed in a way (${method}) that is not known here`)
  try {
    return inflateRawSync(bytes, { maxOutputLength: mostBytes, finishFlush: constants.Z_FINISH })
  } catch (error) {
    const tooLong = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    throw damaged(tooLong ? `${name} unpacks to more than ${mostBytes / 2 ** 20} MiB` : `${name} can not be unpacked`)
  }
}

function damaged(why: string) {
  return tableInvalid(undefined, `the file is no sound .xlsx file: ${why}`)
}
