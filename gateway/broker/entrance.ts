import type { AedesOptions, Client } from 'aedes'
import type { Attempt } from '../model/attempts.ts'
import { ClientStream } from './client-stream.ts'
import type { Refusals } from './refusals.ts'
import { type SignInDesk, signIn, type Verdict } from './sign-in.ts'
import type { SignInGuard } from './sign-in-guard.ts'
import type { TakeOvers } from './take-overs.ts'

type ConnectPacket = Parameters<NonNullable<AedesOptions['preConnect']>>[1]

/** What the entrance works with. */
export interface EntranceOptions extends SignInDesk {
  readonly guard: SignInGuard
  readonly takeOvers: TakeOvers
  readonly refusals: Refusals
}

/** Return codes of CONNACK (MQTT 3.1.1 § 3.2.2.3). */
const serverUnavailable = 3
const notAuthorized = 5

/** A verdict, and how long a refusal is kept back. */
type Judged = (Verdict | { readonly ok: false; readonly returnCode: 3; readonly reason: 'TOO_MANY_SIGN_INS'; readonly message: string }) & {
  readonly delayMs: number
}

/** Lets clients in: at a pace for each address, not while they are locked out, and one connection for each device. */
export class Entrance {
  readonly #with: EntranceOptions
  readonly #verdicts = new WeakMap<Client, Judged>()

  constructor(options: EntranceOptions) {
    this.#with = options
  }

  /** For the options of Aedes. */
  readonly hooks: Required<Pick<AedesOptions, 'preConnect' | 'authenticate'>> = {
    preConnect: (client, packet, callback) => {
      const { conn: stream } = client
      if (!(stream instanceof ClientStream)) {
        callback(null, true)
        return
      }
      const version = packet.protocolVersion
      if (version !== 3 && version !== 4) {
        this.#with.refusals.note('PROTOCOL_VERSION', { peer: stream.peer, version }, 'speaks another version than MQTT 3.1 or 3.1.1; refused with CONNACK 1')
        callback(null, true)
        return
      }
      const wait = this.#with.guard.wait(stream.peer)
      const conclude = (verdict: Judged): void => {
        this.#verdicts.set(client, verdict)
        callback(null, true)
      }
      const later = (judge: () => void): void => {
        // Told as an end of the connection, which it is.
        if (stream.destroyed) callback(new Error('connection closed'), false)
        else judge()
      }
      const judge = (): void => {
        const verdict = this.#judge(stream, packet)
        if (!('soon' in verdict) || verdict.soon === undefined) conclude(verdict)
        else void verdict.soon.then(registered => later(() => conclude(registered ? this.#judge(stream, packet) : verdict)))
      }
      if (wait === undefined) conclude(tooMany)
      else if (wait === 0) judge()
      else setTimeout(() => later(judge), wait).unref()
    },

    authenticate: (client, _username, _password, callback) => {
      const verdict = this.#verdicts.get(client)
      if (verdict === undefined || verdict.ok) {
        callback(null, verdict !== undefined)
        return
      }
      const { conn: stream } = client
      const from = stream instanceof ClientStream ? { peer: stream.peer, transport: stream.transport } : {}
      this.#with.refusals.note(verdict.reason, from, `sign-in refused: ${verdict.message}`)
      const refuse = (): void => callback(Object.assign(new Error(verdict.message), { returnCode: verdict.returnCode }), null)
      if (verdict.delayMs > 0) setTimeout(refuse, verdict.delayMs).unref()
      else refuse()
    },
  }

  #judge(stream: ClientStream, packet: ConnectPacket): Judged {
    // The key of a certificate is nothing that can be guessed: those who have one are not locked out by others at their address who guess.
    const attempt = stream.certificate === undefined ? this.#with.guard.begin(packet, stream.peer) : undefined
    if (attempt?.allowed === false) {
      const seconds = Math.ceil(attempt.retryAfterMs / 1_000)
      const [reason, message] =
        attempt.by === 'name'
          ? (['LOCKED_OUT', `its secret was wrong too often from this address; looked at again in ${seconds} s`] as const)
          : (['ADDRESS_LOCKED_OUT', 'too many wrong secrets came from this address, and this name was never right from there'] as const)
      return { ok: false, returnCode: notAuthorized, reason, message, delayMs: 0 }
    }
    const verdict = signIn(packet, this.#with, stream.peer, stream.certificate)
    if (attempt !== undefined) settle(attempt, verdict)
    if (!verdict.ok) return { ...verdict, delayMs: attempt?.delayMs ?? 0 }
    const { session } = verdict
    stream.session = session
    this.#with.takeOvers.seat(stream, session)
    // Aedes reads these three after this call (lib/handlers/connect.js).
    packet.clientId = session.id
    packet.clean = session.clean
    stream.keepAlive(packet.keepalive ?? 0)
    packet.keepalive = 0
    return { ...verdict, delayMs: 0 }
  }
}

const tooMany: Judged = {
  ok: false,
  returnCode: serverUnavailable,
  reason: 'TOO_MANY_SIGN_INS',
  message: 'more sign-ins come from this address than are answered',
  delayMs: 0,
}

/** Tells the lock-out what a sign-in was: a refusal for another reason than its secret is no guess. */
function settle(attempt: Attempt, verdict: Verdict): void {
  if (verdict.ok || verdict.reason === 'WILL_FORBIDDEN') attempt.right()
  else if (verdict.reason !== 'CREDENTIALS_WRONG' && verdict.reason !== 'DEVICE_UNKNOWN') attempt.withdraw()
}
