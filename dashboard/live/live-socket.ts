import mqtt from 'mqtt'

/** A connection to the gateway's broker. */
export interface LiveSocket {
  /** The organisation this sign-in may hear; `+` is all. */
  readonly org: string
  subscribe(filters: readonly string[]): void
  unsubscribe(filters: readonly string[]): void
  /** Asks the broker for a sign of life; it comes as `onHeard`. */
  ping(): void
  close(): void
}

/** What a connection tells. */
export interface SocketEvents {
  readonly onTile: (topic: string, payload: Uint8Array) => void
  /** Anything came, a sign of life among them. */
  readonly onHeard: () => void
  /** The connection is gone, once. */
  readonly onClose: () => void
}

export type OpenSocket = (events: SocketEvents) => Promise<LiveSocket>

/** A sign-in for the broker, good for one connection. */
export interface Ticket {
  readonly username: string
  readonly password: string
  readonly org: string
}

/** Seconds; after one and a half of these without a word the connection counts as broken. */
const KEEPALIVE_SECONDS = 12

/**
 * Opens MQTT over WebSocket, each time with a new ticket: tickets are short-lived, so one that worked before may be refused. `url` is such as `wss://host/mqtt`. Rejects when no ticket
 * is given or the broker does not take it.
 */
export function mqttOpener(options: { readonly url: string; readonly ticket: () => Promise<Ticket> }): OpenSocket {
  return async events => {
    const { username, password, org } = await options.ticket()
    const client = mqtt.connect(options.url, {
      username,
      password,
      clean: true,
      protocolVersion: 4,
      keepalive: KEEPALIVE_SECONDS,
      connectTimeout: 8_000,
      // The feed reconnects, with a new ticket; the client by itself would try the old one again.
      reconnectPeriod: 0,
      resubscribe: false,
    })
    const socket: LiveSocket = {
      org,
      subscribe: filters => void client.subscribe([...filters], { qos: 0 }),
      unsubscribe: filters => void client.unsubscribe([...filters]),
      ping: () => {
        if (client.connected) client.sendPing()
      },
      close: () => void client.end(true),
    }
    return new Promise((resolve, reject) => {
      client.on('packetreceive', events.onHeard)
      client.on('message', (topic, payload) => events.onTile(topic, payload))
      client.once('connect', () => {
        client.once('close', events.onClose)
        resolve(socket)
      })
      client.on('error', error => {
        client.end(true)
        reject(error)
      })
      client.once('close', () => reject(new Error('the broker closed the connection')))
    })
  }
}
