import type { AedesPublishPacket, Client, PublishPacket } from 'aedes'
import { AedesUplink } from './aedes-uplink.ts'
import type { ClientStream } from './client-stream.ts'
import type { Uplink } from './uplink.ts'
import type { UplinkOptions, Uplinks } from './uplink-options.ts'

/** What Aedes hands to its persistence with a packet that came in. */
export interface IncomingPacket {
  readonly cmd?: string
  readonly messageId?: number
}

/** What Aedes asks its persistence about QoS 2 publishes that came in and wait for their PUBREL. */
export interface IncomingPackets {
  /** Resolves when the packet is known, rejects when not. */
  get(client: object, packet: IncomingPacket): Promise<IncomingPacket>
  delete(client: object, packet: IncomingPacket): Promise<void>
}

/** Every client publishes through Aedes: finds the uplink that Aedes' questions are about. */
export class AedesUplinks implements Uplinks, IncomingPackets {
  readonly #byStream = new WeakMap<object, AedesUplink>()

  open(stream: ClientStream, options: UplinkOptions): Uplink {
    const uplink = new AedesUplink({
      ...options,
      pass: (bytes, from, to) => stream.pass(bytes, from, to),
      refuse: ({ refused, detail }) => stream.refuse(refused, `${detail}; closed`),
    })
    this.#byStream.set(stream, uplink)
    return uplink
  }

  /** Holds a publish until its frame is on disk. Answers false for what no connected client publishes: a will. */
  hold(client: Client, packet: AedesPublishPacket | PublishPacket, release: (error?: Error | null) => void): boolean {
    const uplink = 'will' in client && client.will === packet ? undefined : this.#of(client)
    uplink?.authorize(packet, release)
    return uplink !== undefined
  }

  async get(client: object, packet: IncomingPacket): Promise<IncomingPacket> {
    // A publish comes here once its frame is on disk and its handshake remembered: to Aedes it is one that was stored before, to be answered and not to be published.
    if (packet.cmd === 'publish' || this.#of(client)?.has(packet.messageId ?? 0)) return packet
    throw new Error('no such packet')
  }

  async delete(client: object, packet: IncomingPacket): Promise<void> {
    await this.#of(client)?.end(packet.messageId ?? 0)
  }

  #of(client: object): AedesUplink | undefined {
    const stream = 'conn' in client ? client.conn : undefined
    return typeof stream === 'object' && stream !== null ? this.#byStream.get(stream) : undefined
  }
}
