import type { Endpoint } from './endpoint.ts'
import { tcpConnect } from './tcp-connect.ts'
import type { BusTransport, Dial } from './transport.ts'

/** Raw bytes of a serial line behind a converter that listens on TCP. */
export function tcpDial(endpoint: Endpoint): Dial {
  return async (timeoutMs, signal): Promise<BusTransport> => {
    const socket = await tcpConnect(endpoint, timeoutMs, signal)
    return {
      write: bytes => void (socket.writable && socket.write(bytes)),
      onBytes: listener => void socket.removeAllListeners('data').on('data', listener),
      onClose: listener => {
        socket.on('error', () => socket.destroy())
        socket.once('close', () => listener('the peer closed the connection'))
      },
      close: () => void socket.destroy(),
    }
  }
}
