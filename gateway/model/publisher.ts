import type { DeviceId, KindId, OrgId } from './ids.ts'

/** Hands messages to MQTT subscribers. Publishing costs tens of microseconds, so ask `wanted` first. */
export interface Publisher {
  /** Whether any subscription, of a client here or of a kept session, matches the topic. */
  wanted(topic: string): boolean
  /** Whether any subscription could match a topic that begins with these levels: one question instead of ten thousand. */
  wantedBelow(prefix: string): boolean
  publish(topic: string, payload: Uint8Array | string, options?: { readonly qos?: 0 | 1 }): Promise<void>
}

/** A client has just subscribed: what it should be told at once. */
export interface Subscription {
  readonly filter: string
  readonly qos: 0 | 1 | 2
  /** Which of the filter's topics this client may see. */
  permits(org: OrgId, kind: KindId, device: DeviceId): boolean
  /** Sends to this client alone, marked as retained; waits when its socket is full. Answers false when the client is gone. */
  send(topic: string, payload: Uint8Array | string): Promise<boolean>
}

/** Something that greets new subscribers with what is already known. */
export interface Greeter {
  greet(subscription: Subscription): Promise<void>
}
