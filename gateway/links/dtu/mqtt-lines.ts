import type { DeviceDirectory } from '../../model/device.ts'
import type { DeviceId } from '../../model/ids.ts'
import type { Log } from '../../model/log.ts'
import type { Publisher } from '../../model/publisher.ts'
import { topics } from '../../model/topics.ts'
import type { BusTransport } from '../bus/transport.ts'
import type { CarriedListener } from './carried-frames.ts'

const LOOK_EVERY_MS = 500
const MQTT_LINK = /^mqtt:\/\/(.+)$/

export interface MqttLinesOptions {
  readonly directory: DeviceDirectory
  readonly publisher: Publisher
  readonly carried: { listen(dtu: DeviceId, listener: CarriedListener | undefined): void }
  readonly buses: { attach(url: string, transport: BusTransport): void }
  /** How long an answer may take: two ways through a mobile network, the line in between. */
  readonly answerMs: number
  readonly log: Log
}

/**
 * Lines behind DTUs that speak MQTT: requests go out on `down/{dtu}/modbus`, answers come on `up/{dtu}/modbus`. A line is up while the DTU listens to its topic; one that does not, because it polls by
 * itself, is not asked.
 */
export class MqttLines {
  readonly #options: MqttLinesOptions
  readonly #open = new Map<DeviceId, MqttTransport>()
  #dtus: readonly DeviceId[] = []
  #version = -1
  #timer: NodeJS.Timeout | undefined

  constructor(options: MqttLinesOptions) {
    this.#options = options
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
    for (const [dtu, transport] of this.#open) this.#end(dtu, transport, 'stopped')
  }

  #look(): void {
    const { directory, publisher, buses, carried, answerMs, log } = this.#options
    if (this.#version !== directory.version) this.#read()
    for (const dtu of this.#dtus) {
      const topic = topics.carried(dtu)
      const listens = publisher.wanted(topic)
      const transport = this.#open.get(dtu)
      if (transport && !listens) this.#end(dtu, transport, 'the DTU does not listen to its topic any more')
      if (transport || !listens) continue
      const made = new MqttTransport({
        // Never kept for a DTU that is away: an old request would be answered into a new one.
        send: bytes => void publisher.publish(topic, bytes, { qos: 0 }).catch(error => log.debug({ dtu, err: error }, 'a request could not be published')),
        timeoutMs: answerMs,
        closed: () => this.#end(dtu, made, 'closed'),
      })
      this.#open.set(dtu, made)
      carried.listen(dtu, made.take)
      buses.attach(`mqtt://${dtu}`, made)
      log.info({ dtu }, 'a DTU listens for requests: its line is asked')
    }
  }

  #read(): void {
    const { directory } = this.#options
    this.#version = directory.version
    const dtus = new Set<DeviceId>()
    for (const { link } of directory.all()) {
      const dtu = link && MQTT_LINK.exec(link.url)?.[1]
      if (dtu !== undefined) dtus.add(dtu)
    }
    this.#dtus = [...dtus]
    for (const [dtu, transport] of this.#open) if (!dtus.has(dtu)) this.#end(dtu, transport, 'no device is linked to it any more')
  }

  #end(dtu: DeviceId, transport: MqttTransport, why: string): void {
    if (this.#open.get(dtu) !== transport) return
    this.#open.delete(dtu)
    this.#options.carried.listen(dtu, undefined)
    transport.gone(why)
  }
}

/** A line whose bytes are messages. */
class MqttTransport implements BusTransport {
  readonly timeoutMs: number
  readonly #send: (bytes: Uint8Array) => void
  readonly #closed: () => void
  #onBytes: ((bytes: Uint8Array) => void) | undefined
  #onClose: ((why: string) => void) | undefined

  constructor(options: { readonly send: (bytes: Uint8Array) => void; readonly timeoutMs: number; readonly closed: () => void }) {
    this.#send = options.send
    this.timeoutMs = options.timeoutMs
    this.#closed = options.closed
  }

  readonly take: CarriedListener = bytes => this.#onBytes?.(bytes)

  write(bytes: Uint8Array): void {
    this.#send(bytes)
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#onBytes = listener
  }

  onClose(listener: (why: string) => void): void {
    this.#onClose = listener
  }

  close(): void {
    this.#closed()
  }

  gone(why: string): void {
    this.#onBytes = undefined
    this.#onClose?.(why)
    this.#onClose = undefined
  }
}
