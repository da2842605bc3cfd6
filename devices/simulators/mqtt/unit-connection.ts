import mqtt, { type MqttClient } from 'mqtt'
import type { DeviceId } from '../../../gateway/model/ids.ts'
import type { TrafficMeter } from './traffic-meter.ts'

/** A unit keeps so many unacknowledged messages, and has no room for more. */
const BUFFER = 300
const FIRST_RECONNECT_MS = 1000
const LONGEST_RECONNECT_MS = 30_000
const KEEPALIVE_SECONDS = 60

/** What a unit's connection needs. */
export interface UnitConnectionOptions {
  /** `mqtt://host:port` or `ws://host:port/mqtt`, over TLS `mqtts:` or `wss:`. */
  readonly url: string
  /** Over TLS, PEM: who signed the gateway's certificate. Absent: one of those that this machine knows. */
  readonly ca?: string
  readonly device: DeviceId
  readonly secret: string
  readonly meter: TrafficMeter
  /** 0 to 1, of this unit: units that were cut off together come back one after the other. */
  readonly spread: number
  /** What the broker publishes when the connection breaks. */
  readonly will?: { readonly topic: string; readonly payload: Uint8Array }
  /** What it wants to hear. */
  readonly subscribe?: { readonly filter: string; readonly heard: (payload: Uint8Array) => void }
  /** Called whenever it is up again. */
  readonly connected?: () => void
}

/** The MQTT connection of one unit, as a real one has it: its own socket and session, QoS 1, and everything unacknowledged sent again after a reconnect. */
export class UnitConnection {
  readonly #options: UnitConnectionOptions
  #client: MqttClient | undefined
  #pending = 0
  #failures = 0
  #wasUp = false

  constructor(options: UnitConnectionOptions) {
    this.#options = options
  }

  /** Whether it was up once: a unit reports from then on, connected or not. */
  get wasUp(): boolean {
    return this.#wasUp
  }

  start(): void {
    const { url, ca, device, secret, meter, will, subscribe } = this.#options
    const client = mqtt.connect(url, {
      clientId: device,
      username: device,
      password: secret,
      protocolVersion: 4,
      clean: true,
      keepalive: KEEPALIVE_SECONDS,
      connectTimeout: 10_000,
      reconnectPeriod: this.#reconnectMs(),
      // A refused sign-in is tried again as well: the device may be registered a moment later.
      reconnectOnConnackError: true,
      resubscribe: false,
      ...(ca !== undefined && { ca }),
      ...(will && { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: false } }),
    })
    let isUp = false
    client.on('connect', () => {
      isUp = true
      this.#wasUp = true
      this.#failures = 0
      client.options.reconnectPeriod = this.#reconnectMs()
      meter.connected++
      if (subscribe) client.subscribe(subscribe.filter, { qos: 1 })
      this.#options.connected?.()
    })
    client.on('message', (_topic, payload) => subscribe?.heard(payload))
    client.on('close', () => {
      if (isUp) meter.connected--
      isUp = false
      if (client.disconnecting) return
      meter.reconnects++
      this.#failures++
      // mqtt.js has set its timer for this round when it tells of the close (lib/client.ts): this is for the next one.
      client.options.reconnectPeriod = this.#reconnectMs()
    })
    client.on('error', error => {
      meter.lastProblem = error.message
    })
    this.#client = client
  }

  /** Sends with QoS 1. A message for which the buffer has no room is counted as skipped. */
  publish(topic: string, payload: Uint8Array): void {
    const { meter } = this.#options
    if (!this.#client || this.#pending >= BUFFER) {
      meter.skipped++
      return
    }
    const since = performance.now()
    this.#pending++
    meter.pending++
    meter.published++
    this.#client.publish(topic, Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength), { qos: 1 }, error => {
      this.#pending--
      meter.pending--
      if (!error) meter.acknowledgedAfter(performance.now() - since)
    })
  }

  /** Says goodbye when it is connected; what is not acknowledged by then stays so. */
  async stop(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    if (!client) return
    // Not connected: a graceful end would wait for a reconnect that need not come.
    await client.endAsync(!client.connected || this.#pending > 0)
  }

  #reconnectMs(): number {
    const wait = Math.min(LONGEST_RECONNECT_MS, FIRST_RECONNECT_MS * 2 ** Math.min(10, this.#failures))
    return Math.round(wait * (0.6 + 0.4 * this.#options.spread))
  }
}
