import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { GatewayError } from '../../model/errors.ts'
import type { DeviceId } from '../../model/ids.ts'

/** Terminals keep little: 96 bits as 16 characters, which nobody guesses. */
const CODE_CHARACTERS = 16
const KEY_BYTES = 32

/** The codes that terminals are given when they register and authenticate with: made from the gateway's own key, so that the same terminal has the same code after any restart, and nothing has to be kept. */
export class TerminalCodes {
  readonly #key: Uint8Array

  constructor(key: Uint8Array) {
    this.#key = key
  }

  /** The code of a device with this phone number. */
  codeFor(device: DeviceId, phone: string): string {
    return createHmac('sha256', this.#key).update(`jt808 ${device} ${phone}`).digest('base64url').slice(0, CODE_CHARACTERS)
  }

  /** Compares in a time that tells nothing about the code. */
  matches(device: DeviceId, phone: string, given: string): boolean {
    const expected = Buffer.from(this.codeFor(device, phone))
    const found = Buffer.alloc(CODE_CHARACTERS)
    const written = found.write(given, 'latin1')
    return timingSafeEqual(expected, found) && written === given.length && given.length === CODE_CHARACTERS
  }
}

/** Reads the key, and makes it when there is none. For its owner's eyes only. Throws DATA_FOLDER_UNUSABLE. */
export async function readCodeKey(file: string): Promise<Uint8Array> {
  try {
    await writeFile(file, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx', flush: true })
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw unusable(file, cause)
  }
  const key = await readFile(file).catch((cause: unknown) => {
    throw unusable(file, cause)
  })
  if (key.length === KEY_BYTES) return key
  throw unusable(file, new Error(`it has ${key.length} bytes, not ${KEY_BYTES}: restore it, or delete it and all terminals register anew`))
}

function unusable(file: string, cause: unknown): GatewayError {
  return new GatewayError('DATA_FOLDER_UNUSABLE', `the key of terminals' codes, ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
}
