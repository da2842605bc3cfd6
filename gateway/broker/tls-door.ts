import type { Socket } from 'node:net'
import { createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls'
import type { ShownCertificate, TlsMaterial } from '../model/tls.ts'
import type { Refusals } from './refusals.ts'

type Entered = (socket: TLSSocket, certificate: ShownCertificate | undefined) => void

/** Speaks TLS on sockets that others accepted. Other certificate files count for whoever comes next; who is connected stays. */
export class TlsDoor {
  readonly #material: TlsMaterial
  readonly #refusals: Refusals
  readonly #waiting = new Map<string, { readonly peer: string; readonly entered: Entered }>()
  readonly #server: Server

  constructor(options: { readonly material: TlsMaterial; readonly handshakeMs: number; readonly refusals: Refusals }) {
    this.#material = options.material
    this.#refusals = options.refusals
    this.#server = createServer({
      ...this.#context(),
      handshakeTimeout: options.handshakeMs,
      requestCert: options.material.clients !== undefined,
      // A device may sign in with its secret as well. Whether its certificate is good is asked when it says who it is: then the log can tell what is wrong.
      rejectUnauthorized: false,
    })
    this.#server.on('secureConnection', socket => {
      const waiting = this.#waiting.get(nameOf(socket))
      if (waiting === undefined) socket.destroy()
      else waiting.entered(socket, shownBy(socket))
    })
    this.#server.on('tlsClientError', (error, socket) => {
      const peer = this.#waiting.get(nameOf(socket))?.peer
      // Whoever hung up has said nothing wrong.
      if (!('code' in error) || error.code !== 'ECONNRESET')
        this.#refusals.note('TLS_FAILED', { peer, transport: 'tls' }, `the TLS handshake failed: ${error.message}`)
      socket.destroy()
    })
  }

  /** Takes up the certificates as they are now. */
  readonly renew = (): void => {
    this.#server.setSecureContext(this.#context())
  }

  enter(socket: Socket, peer: string, entered: Entered): void {
    // The server hands back another socket, which knows the same ends of the connection.
    const name = nameOf(socket)
    this.#waiting.set(name, { peer, entered })
    socket.once('close', () => this.#waiting.delete(name))
    this.#server.emit('connection', socket)
  }

  #context(): TlsOptions {
    const { context, clients } = this.#material
    // Without a list of ours, Node would trust the authorities of the web.
    return { ...context, ...(clients && { ca: [...clients.authorities] }) }
  }
}

function nameOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`
}

function shownBy(socket: TLSSocket): ShownCertificate | undefined {
  const x509 = socket.getPeerX509Certificate()
  if (x509 === undefined) return undefined
  // The types have an Error here, Node a text (tls.TLSSocket, authorizationError).
  return { x509, ...(!socket.authorized && { distrust: String(socket.authorizationError) }) }
}
