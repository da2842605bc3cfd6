/** What one client, and all of them together, may cost the gateway. */
export interface BrokerLimits {
  /** Connections at one time, over both transports. */
  readonly connections: number
  /** Of one address (IPv6: of a /64). Ten thousand devices may stand behind one address of a carrier. */
  readonly connectionsPerAddress: number
  /** Connections of one device, whatever client ids they come with: the newest stay. */
  readonly connectionsPerDevice: number
  /** Sign-ins from one address, right or wrong, that are answered each second after the first ten seconds' worth; beyond, they are answered later. */
  readonly signInsPerAddressPerSecond: number
  /** Wrong secrets in a row, for one device or token from one address, before the two together are locked. */
  readonly wrongSignIns: number
  /** The longest such lock. */
  readonly longestLockMs: number
  /** Wrong secrets from one address in a row, for whatever names; beyond, only who has been right from there is looked at. */
  readonly wrongSignInsPerAddress: number
  /** Longest payload of a PUBLISH, bytes. */
  readonly payloadBytes: number
  /** Longest CONNECT, bytes: what somebody who has not signed in can make the gateway keep. */
  readonly connectBytes: number
  /** From the accepted connection to a whole CONNECT. */
  readonly connectTimeoutMs: number
  /** Frames of one client that wait for the disk; beyond, its socket is not read. */
  readonly inFlightPerClient: number
  readonly inFlightBytesPerClient: number
  /** The same of all clients together. */
  readonly inFlight: number
  readonly inFlightBytes: number
  /** Publishes of one client a second, on the long run; beyond, its socket is not read for a while. Absent: as many as it likes. */
  readonly messagesPerSecond?: number
  /** Bytes of their payloads, likewise. */
  readonly bytesPerSecond?: number
  /** The same of all clients of one organisation together. */
  readonly organisationMessagesPerSecond?: number
  readonly organisationBytesPerSecond?: number
  /** Packets of one client that were read and have to wait; beyond, its socket is not read. A packet that is longer still comes in whole. */
  readonly heldBytesPerClient: number
  /** QoS 2 publishes of one client that wait for its PUBREL. */
  readonly handshakesPerClient: number
  /** Kept sessions that are away and still owe a PUBREL; the one away longest is forgotten first. */
  readonly handshakeSessions: number
  readonly subscriptionsPerClient: number
  /** Bytes that wait for one client's socket. QoS 0 messages are dropped for it from a quarter of this on; at four times this it is disconnected. */
  readonly outboundBytesPerClient: number
  /** How long a client that does not read may hold up a QoS 1 message before it is disconnected. */
  readonly drainTimeoutMs: number
  /** QoS 1 messages a kept session may have waiting; newer ones are dropped and counted. */
  readonly queuedPerSession: number
  /** Bytes of their topics and payloads; and of all kept sessions together. */
  readonly queuedBytesPerSession: number
  readonly queuedBytes: number
  /** Kept sessions (clean session off) of one device or token. */
  readonly sessionsPerPrincipal: number
  /** A refusal of one reason is logged at most once in this time, with the number that were not. */
  readonly refusalLogEveryMs: number
}

/** Room for ten thousand devices and a few hundred integrators on a small server. */
export const defaultBrokerLimits: BrokerLimits = {
  connections: 20_000,
  connectionsPerAddress: 15_000,
  connectionsPerDevice: 1,
  signInsPerAddressPerSecond: 2_000,
  wrongSignIns: 10,
  longestLockMs: 300_000,
  wrongSignInsPerAddress: 1_000,
  payloadBytes: 256 * 1024,
  connectBytes: 16 * 1024,
  connectTimeoutMs: 10_000,
  inFlightPerClient: 1_000,
  inFlightBytesPerClient: 1024 * 1024,
  inFlight: 100_000,
  inFlightBytes: 64 * 1024 * 1024,
  heldBytesPerClient: 64 * 1024,
  handshakesPerClient: 200,
  handshakeSessions: 5_000,
  subscriptionsPerClient: 100,
  outboundBytesPerClient: 4 * 1024 * 1024,
  drainTimeoutMs: 5_000,
  queuedPerSession: 10_000,
  queuedBytesPerSession: 32 * 1024 * 1024,
  queuedBytes: 1024 * 1024 * 1024,
  sessionsPerPrincipal: 16,
  refusalLogEveryMs: 10_000,
}
