import type { Authenticator } from '../../model/access.ts'
import { AttemptLimiter, deviceAttemptRules } from '../../model/attempts.ts'
import type { Catalogue, DeviceDirectory } from '../../model/device.ts'
import type { EpochMs } from '../../model/frame.ts'
import type { DeviceId } from '../../model/ids.ts'
import type { Journal } from '../../model/journal.ts'
import type { Log } from '../../model/log.ts'
import { networkOf } from '../../model/network.ts'
import { AddressPaces } from '../address-paces.ts'
import { LinkIndex } from '../link-index.ts'
import type { Conversation, DialIn, Peer } from '../peer.ts'
import { RareLog } from '../rare-log.ts'
import { ReceiptIntake } from '../receipt-intake.ts'
import { Admission, type FramedMessage } from './admission.ts'
import { type Jt808Settings, jt808Defaults } from './settings.ts'
import { Strangers } from './strangers.ts'
import { TerminalCodes } from './terminal-codes.ts'
import { TerminalCommands } from './terminal-commands.ts'
import { TerminalConversation, type TerminalEvent } from './terminal-conversation.ts'
import { TerminalOrders } from './terminal-orders.ts'

/** What a {@link Jt808Link} needs. */
export interface Jt808LinkOptions {
  readonly directory: DeviceDirectory
  readonly catalogue: Catalogue
  /** A device's own secret is taken for a code as well. */
  readonly authenticator: Pick<Authenticator, 'device'>
  readonly journal: Journal
  /** What codes are made from; the same for as long as terminals are to come back without registering anew. */
  readonly codeKey: Uint8Array
  readonly settings?: Partial<Jt808Settings>
  readonly log: Log
  readonly now: () => EpochMs
}

/** What has happened since the link was made. */
export interface Jt808Stats extends Readonly<Record<TerminalEvent, number>> {
  /** Terminals that are connected and have authenticated; and connections that have not. */
  readonly terminals: number
  readonly strangers: number
  readonly registered: number
  readonly authenticated: number
  /** Messages of those who have not authenticated that were refused. */
  readonly refused: number
  /** Connections ended because too many such messages came from their address, and because the code of their terminal was wrong too often from there. */
  readonly flooded: number
  readonly lockedOut: number
  /** Connections that took the place of another of the same terminal. */
  readonly takenOver: number
}

/**
 * JT/T 808 terminals that dial in. Who a terminal is its phone number says, and its code proves; an answer is sent once the frame is in the journal, synced. A terminal that dials in again while
 * it is connected takes over: after a lost mobile connection the old one looks alive for minutes.
 */
export class Jt808Link implements DialIn {
  /** What the platform may tell and ask terminals. */
  readonly orders: TerminalOrders
  /** The same, as models name it, for whoever gives orders. */
  readonly commands: TerminalCommands
  readonly #options: Jt808LinkOptions
  readonly #settings: Jt808Settings
  readonly #admission: Admission
  readonly #intake: ReceiptIntake
  readonly #strangers: Strangers
  readonly #log: RareLog
  readonly #byDevice = new Map<DeviceId, TerminalConversation>()
  readonly #counts = {
    registered: 0,
    authenticated: 0,
    refused: 0,
    flooded: 0,
    lockedOut: 0,
    takenOver: 0,
    frames: 0,
    answered: 0,
    broken: 0,
    strayBytes: 0,
    changedPhone: 0,
    incomplete: 0,
    partRequests: 0,
    lost: 0,
  }
  readonly #attempts = new AttemptLimiter({ rules: deviceAttemptRules })
  readonly #strangerPaces: AddressPaces
  #partBytes = 0

  constructor(options: Jt808LinkOptions) {
    const { directory, catalogue, authenticator, journal, log } = options
    this.#options = options
    this.#settings = { ...jt808Defaults, ...options.settings }
    const { registration } = this.#settings
    this.#admission = new Admission({ index: new LinkIndex(directory), catalogue, authenticator, codes: new TerminalCodes(options.codeKey), registration })
    this.#intake = new ReceiptIntake({ journal, log, limit: this.#settings.mostUnsynced })
    this.#strangers = new Strangers(this.#settings)
    this.#strangerPaces = new AddressPaces({ perSecond: this.#settings.strangerMessagesPerAddress, burstSeconds: 10 })
    this.#log = new RareLog('jt808', log)
    this.orders = new TerminalOrders(device => this.#byDevice.get(device), this.#settings)
    this.commands = new TerminalCommands({ directory, catalogue, orders: this.orders, vehicleControl: this.#settings.vehicleControl })
  }

  open(peer: Peer): Conversation {
    const conversation = new TerminalConversation(peer, {
      intake: this.#intake,
      settings: this.#settings,
      now: this.#options.now,
      admit: (message, who) => this.#admit(message, who),
      isCurrent: terminal => this.#admission.isCurrent(terminal),
      left: who => this.#left(who),
      count: (event, by = 1) => {
        this.#counts[event] += by
      },
      reservePartBytes: bytes => this.#reserve(bytes),
      freePartBytes: bytes => {
        this.#partBytes -= bytes
      },
    })
    this.#strangers.add(conversation)
    return conversation
  }

  stop(): void {
    this.#strangers.stop()
    this.#intake.stop()
  }

  stats(): Jt808Stats {
    return { terminals: this.#byDevice.size, strangers: this.#strangers.size, ...this.#counts }
  }

  #admit(message: FramedMessage, conversation: TerminalConversation): void {
    const { phone } = message.header
    const from = hostOf(conversation.peer.address)
    if (!this.#strangerPaces.of(networkOf(from)).take()) {
      this.#counts.flooded++
      conversation.end('too many messages came from its address before their terminals had authenticated')
      return
    }
    const attempt = this.#attempts.begin(phone, from)
    if (!attempt.allowed) {
      this.#counts.lockedOut++
      conversation.end('its code was wrong too often from its address')
      return
    }
    const verdict = this.#admission.judge(message)
    // A registration proves nothing, and an unknown number has no code to be found out.
    if (verdict.type === 'authenticated') attempt.right()
    else if (verdict.type === 'registered' || !verdict.guess) attempt.withdraw()
    if (verdict.type === 'authenticated') {
      this.#strangers.remove(conversation)
      this.#signedIn(verdict.terminal.device.id, conversation)
      conversation.signIn(verdict.terminal, message)
      return
    }
    conversation.send(verdict.answer, phone)
    if (verdict.type === 'registered') {
      this.#counts.registered++
      return
    }
    this.#counts.refused++
    conversation.refused++
    this.#log.warn({ peer: conversation.peer.address, phone }, `a terminal is refused: ${verdict.why}`)
    if (conversation.refused >= this.#settings.attempts) conversation.end(verdict.why)
  }

  #signedIn(device: DeviceId, conversation: TerminalConversation): void {
    this.#counts.authenticated++
    const before = this.#byDevice.get(device)
    this.#byDevice.set(device, conversation)
    if (!before) return
    this.#counts.takenOver++
    this.#log.warn(
      { device, peer: conversation.peer.address, before: before.peer.address },
      'a terminal dialled in while it was connected: the new connection takes over (if this goes on, two terminals have one phone number)',
    )
    before.end('another connection of this terminal took over')
  }

  #left(conversation: TerminalConversation): void {
    this.#strangers.remove(conversation)
    const device = conversation.terminal?.device.id
    if (device !== undefined && this.#byDevice.get(device) === conversation) this.#byDevice.delete(device)
  }

  #reserve(bytes: number): boolean {
    if (this.#partBytes + bytes > this.#settings.allPartBytes) return false
    this.#partBytes += bytes
    return true
  }
}

/** Of `host:port`. */
function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':'))
}
