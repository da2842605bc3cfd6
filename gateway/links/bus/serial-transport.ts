import { execFile } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { isatty, ReadStream } from 'node:tty'
import { promisify } from 'node:util'
import { GatewayError } from '../../model/errors.ts'
import { bitsPerByte, type SerialSettings, sttyArguments } from './serial-port.ts'
import type { BusTransport, Dial } from './transport.ts'

const execute = promisify(execFile)
const STTY_MS = 5000

/**
 * A serial port of this machine, without a native module: the kernel's terminal driver does the bytes, `stty` sets it, and Node's terminal stream waits for it in the event loop.
 * Plain file streams would not do: each read of a terminal would hold one of the four threads that the journal's writes run on.
 */
export function serialDial(settings: SerialSettings): Dial {
  return async (): Promise<BusTransport> => {
    const stream = await opened(settings)
    let onClose = (_why: string): void => undefined
    let why = 'the serial port is gone: was it unplugged?'
    stream.on('error', error => {
      why = error.message
      stream.destroy()
    })
    stream.once('close', () => onClose(why))
    return {
      baud: settings.baud,
      bitsPerByte: bitsPerByte(settings),
      write: bytes => void (stream.writable && stream.write(bytes)),
      onBytes: listener => void stream.removeAllListeners('data').on('data', listener),
      onClose: listener => {
        onClose = listener
      },
      close: () => void stream.destroy(),
    }
  }
}

async function opened(settings: SerialSettings): Promise<ReadStream> {
  const { path } = settings
  let port: number | undefined
  try {
    // Opened first and set then: the driver of a port that nobody has open may forget what it was set to. O_NOCTTY: a Ctrl-C among the bytes is a byte.
    port = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK)
    if (!isatty(port)) throw new Error('it is no serial port')
    await execute('stty', sttyArguments(settings), { timeout: STTY_MS })
    // Undocumented, and what `net.Socket` takes: the stream of a terminal can be written too.
    const stream = new ReadStream(port, { writable: true })
    if (opensAnew(stream, port)) closeSync(port)
    return stream
  } catch (cause) {
    if (port !== undefined) closeSync(port)
    throw new GatewayError('LINK_FAILED', `the serial port ${path} can not be opened: ${explained(cause)}`, { retryable: true, cause })
  }
}

/** libuv opens a terminal a second time, to have it non-blocking for itself alone, and leaves the first descriptor open (uv_tty_init in src/unix/tty.c). */
function opensAnew(stream: ReadStream, port: number): boolean {
  const handle: unknown = Reflect.get(stream, '_handle')
  const own = typeof handle === 'object' && handle !== null && 'fd' in handle ? handle.fd : undefined
  return typeof own === 'number' && own >= 0 && own !== port
}

function explained(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT') return 'there is no such port (or no stty on this machine)'
  if (code === 'EACCES') return 'this user may not use it: add it to the group that owns the port, usually dialout'
  if (code === 'EBUSY') return 'another program has it'
  return cause instanceof Error ? cause.message.trim() : String(cause)
}
