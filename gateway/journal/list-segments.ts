import { open, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { GatewayError } from '../model/errors.ts'
import { Segment, segmentFirst } from './segment.ts'
import { type FileBeginning, FORMAT, HEADER_PROBE_BYTES, readSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-header.ts'
import { readAt } from './walk.ts'

/** A segment as it lies on disk. */
export interface ListedSegment {
  readonly segment: Segment
  readonly beginning: FileBeginning['kind']
}

/**
 * The segments of a folder, oldest first. Only their headers are read; nothing is changed. A segment that is deleted meanwhile is left out.
 * Throws `DATA_FOLDER_UNUSABLE` for a format that this program does not read.
 */
export async function listSegments(folder: string): Promise<readonly ListedSegment[]> {
  const names = (await readdir(folder)).filter(name => segmentFirst(name) !== undefined).sort()
  const listed: ListedSegment[] = []
  // One after the other: there may be more of them than files that may be open.
  for (const name of names) {
    const one = await lookAt(join(folder, name), segmentFirst(name) ?? 0)
    if (one) listed.push(one)
  }
  return listed
}

async function lookAt(path: string, first: number): Promise<ListedSegment | undefined> {
  const file = await open(path, 'r').catch(error => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  if (!file) return undefined
  try {
    const { size, mtimeMs } = await file.stat()
    const beginning = readSegmentHeader(await readAt(file, 0, Math.min(HEADER_PROBE_BYTES, size)))
    if (beginning.kind === 'unknown')
      throw new GatewayError(
        'DATA_FOLDER_UNUSABLE',
        `the journal segment ${basename(path)} has format ${beginning.format}, and this Citygate reads 1 to ${FORMAT}: run the version that wrote it until its sinks have caught up, or move ${path} away`,
      )
    const header = beginning.kind === 'header' ? beginning.header : undefined
    // A header for another place: the file was renamed. Its records would not fit their offsets.
    const kind = header && header.first !== first ? 'damaged' : beginning.kind
    return {
      segment: new Segment({
        path,
        first,
        format: kind === 'format 1' ? 1 : FORMAT,
        begin: kind === 'header' ? SEGMENT_HEADER_BYTES : 0,
        createdAt: header?.createdAt ?? mtimeMs,
        bytes: size,
      }),
      beginning: kind,
    }
  } finally {
    await file.close()
  }
}
