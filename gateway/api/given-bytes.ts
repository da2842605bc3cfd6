import { readHex, readText } from '../model/frame-text.ts'
import { FRAME_LIMIT_BYTES } from './frame-schemas.ts'

/** A frame as a body holds it: in hexadecimal, or the text of a text protocol. */
interface GivenFrame {
  readonly hex?: string | undefined
  readonly text?: string | undefined
}

/** The bytes that are asked about, or why there are none: nothing, both ways, too many, or no hexadecimal. */
export function givenBytes({ hex, text }: GivenFrame): { readonly bytes: Uint8Array } | { readonly field: keyof GivenFrame; readonly problem: string } {
  if ((hex === undefined) === (text === undefined)) return { field: 'hex', problem: 'give either hex or text' }
  const field = hex === undefined ? 'text' : 'hex'
  const read = hex === undefined ? { bytes: readText(text ?? '') } : readHex(hex)
  if ('problem' in read) return { field, problem: read.problem }
  if (read.bytes.length === 0) return { field, problem: 'holds no bytes' }
  if (read.bytes.length > FRAME_LIMIT_BYTES) return { field, problem: `holds ${read.bytes.length} bytes; at most ${FRAME_LIMIT_BYTES} are read` }
  return read
}
