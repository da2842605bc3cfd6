/** Times in ms, and limits. All have a default in {@link jt808Defaults}. */
export interface Jt808Settings {
  /** A connection that has not authenticated within this time is closed. */
  readonly signInMs: number
  /** Connections that have not authenticated yet, all together. Beyond, the oldest gives way. */
  readonly strangers: number
  /** Messages a second of those who have not authenticated yet, from one address; those of ten seconds may come at once. Beyond, their connections are closed. */
  readonly strangerMessagesPerAddress: number
  /** Messages that a connection may send in vain before it is closed. */
  readonly attempts: number
  /** Whether a registration is given a code. If not, only terminals whose code is their device's secret get in. */
  readonly registration: boolean
  /** Whether vehicles may be controlled (0x8500). */
  readonly vehicleControl: boolean
  /** How long a message in parts waits for the next part before the missing ones are asked for; and how often they are. */
  readonly partMs: number
  readonly partRequests: number
  /** Bytes of parts that wait for the rest, of one terminal and of all together. */
  readonly partBytes: number
  readonly allPartBytes: number
  /** How long an order waits for its answer. */
  readonly answerMs: number
  /** Frames of all terminals that wait for the disk. */
  readonly mostUnsynced: number
}

/** The standard leaves these to the platform (2013 § 7.1); they are ours. */
export const jt808Defaults: Jt808Settings = {
  signInMs: 60_000,
  strangers: 10_000,
  strangerMessagesPerAddress: 4_000,
  attempts: 3,
  registration: true,
  vehicleControl: false,
  partMs: 5_000,
  partRequests: 3,
  partBytes: 256 * 1024,
  allPartBytes: 64 * 1024 * 1024,
  answerMs: 15_000,
  mostUnsynced: 20_000,
}
