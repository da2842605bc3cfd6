/** The package brings no types. What stands here is what is used of aedes-persistence-level 9.2 (persistence.js, and callBackPersistence.js of aedes-persistence 11). */
declare module 'aedes-persistence-level' {
  import type { Readable } from 'node:stream'

  interface StoredPacket {
    readonly brokerId?: string
    readonly brokerCounter?: number
    readonly messageId?: number
    readonly topic?: string
    readonly payload?: string | Buffer
  }

  interface StoredSubscription {
    readonly topic: string
    readonly qos: 0 | 1 | 2
  }

  interface LevelPersistence {
    setup(broker: unknown): Promise<void>
    addSubscriptions(client: { readonly id: string }, subscriptions: readonly StoredSubscription[]): Promise<void>
    removeSubscriptions(client: { readonly id: string }, topics: readonly string[]): Promise<void>
    subscriptionsByClient(client: { readonly id: string }): Promise<StoredSubscription[]>
    outgoingEnqueue(subscription: { readonly clientId: string }, packet: StoredPacket): Promise<void>
    outgoingUpdate(client: { readonly id: string }, packet: StoredPacket): Promise<void>
    outgoingClearMessageId(client: { readonly id: string }, packet: StoredPacket): Promise<StoredPacket | undefined>
    outgoingStream(client: { readonly id: string }): Readable
  }

  export type { LevelPersistence, StoredPacket, StoredSubscription }
  export default function levelPersistence(database: unknown): LevelPersistence
}
