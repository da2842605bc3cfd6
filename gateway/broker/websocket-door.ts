import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocketServer } from 'ws'

/** The name the client must offer (MQTT 3.1.1 § 6.0), and that of MQTT 3.1. */
const subprotocols = ['mqtt', 'mqttv3.1']

/** Lets in MQTT over WebSocket. */
export class WebSocketDoor {
  readonly #server: WebSocketServer
  readonly #accept: (stream: Duplex, peer: string) => void
  readonly #refused: (peer: string, why: string) => void

  constructor(options: {
    /** Longest WebSocket message: several packets may share one, or one packet several (§ 6.0). */
    readonly messageBytes: number
    readonly accept: (stream: Duplex, peer: string) => void
    readonly refused: (peer: string, why: string) => void
  }) {
    this.#accept = options.accept
    this.#refused = options.refused
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.messageBytes,
      handleProtocols: offered => subprotocols.find(name => offered.has(name)) ?? false,
    })
  }

  /** Takes over a socket that asked for `/mqtt`. What is no WebSocket request of MQTT is answered with 400 and closed. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, peer: string): void {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map(name => name.trim())
    if (!offered.some(name => subprotocols.includes(name))) {
      this.#refused(peer, 'a WebSocket request without the subprotocol "mqtt"; answered with 400')
      socket.once('error', () => socket.destroy())
      socket.end(
        'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\nThis address speaks MQTT over WebSocket: offer the subprotocol "mqtt".\n',
      )
      return
    }
    request.socket.setNoDelay(true)
    this.#server.handleUpgrade(request, socket, head, websocket => this.#accept(createWebSocketStream(websocket), peer))
  }
}
