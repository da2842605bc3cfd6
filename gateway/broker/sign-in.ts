import { randomUUID } from 'node:crypto'
import type { ConnectPacket } from 'aedes'
import type { Authenticator, Principal, TicketOffice } from '../model/access.ts'
import type { DeviceDirectory } from '../model/device.ts'
import type { FirstContact } from '../model/first-contact.ts'
import { isId } from '../model/ids.ts'
import type { ShownCertificate } from '../model/tls.ts'
import { type CertificateDesk, certifiedDevice } from './certified-device.ts'
import type { RefusalReason } from './refusals.ts'
import type { Session } from './session.ts'
import { sessionId } from './session-id.ts'
import { mayPublish } from './topic-rights.ts'

/** The user name that goes with a ticket of the dashboard. */
const ticketUser = 'live'
/** User names that are usual for those who are no devices. */
const visitorNames: ReadonlySet<string> = new Set([ticketUser, 'token'])
/** How tokens begin. */
const tokenPrefix = 'cgt_'
const keyPrefix = 'cgp_'
/** Shorter than any secret that Citygate makes. */
const longestShownName = 24
/** Longer than any library makes them, and short enough to stand in a log line. */
const longestClientId = 128

/** Return codes of CONNACK (MQTT 3.1.1 § 3.2.2.3). */
const identifierRejected = 2
const badUserNameOrPassword = 4
const notAuthorized = 5

export type Verdict =
  | { readonly ok: true; readonly session: Session }
  | {
      readonly ok: false
      readonly returnCode: 2 | 4 | 5
      readonly reason: RefusalReason
      readonly message: string
      /** A new device that is being looked up: once this is true it may be judged again. Never rejects. */
      readonly soon?: Promise<boolean>
    }

/** What a CONNECT is judged by. */
export interface SignInDesk extends CertificateDesk {
  readonly authenticator: Authenticator
  readonly tickets: TicketOffice
  /** Absent: whoever is not registered is refused. */
  readonly firstContact?: FirstContact
}

/** Tells who a CONNECT comes from and whether they may come in. Messages hold no password. A certificate that was shown in the TLS handshake counts, and nothing else then. */
export function signIn(
  packet: Pick<ConnectPacket, 'clientId' | 'clean' | 'username' | 'password' | 'will'>,
  desk: SignInDesk,
  address: string,
  certificate?: ShownCertificate,
): Verdict {
  const clean = packet.clean !== false
  // 3.1.3-8: without a name there is no session to keep.
  if (packet.clientId === '' && !clean) return refused(identifierRejected, 'CLIENT_ID_INVALID', 'a kept session (clean session off) needs a client id')
  if (packet.clientId.length > longestClientId)
    return refused(identifierRejected, 'CLIENT_ID_INVALID', `the client id is longer than ${longestClientId} characters`)
  const found = certificate === undefined ? identify(packet.username, packet.password, desk, address) : identifyBy(certificate, packet.username, desk)
  if (!found.ok) return found
  const { principal } = found
  if (packet.will !== undefined && !mayPublish(principal, packet.will.topic, desk.directory).allowed) {
    return refused(notAuthorized, 'WILL_FORBIDDEN', `may not leave a will on ${JSON.stringify(packet.will.topic.slice(0, 200))}`)
  }
  return {
    ok: true,
    session: {
      id: sessionId(principal, packet.clientId === '' ? randomUUID() : packet.clientId),
      principal,
      // A ticket is for an hour of looking at the map: nothing is kept for it.
      clean: clean || principal.type === 'local' || principal.type === 'person',
      holds: found.holds,
      filters: new Set(),
    },
  }
}

type Identified = { readonly ok: true; readonly principal: Principal; readonly holds: () => boolean } | Extract<Verdict, { readonly ok: false }>

/** The password is not looked at: who has the certificate's key has shown more than that. */
function identifyBy(certificate: ShownCertificate, username: string | undefined, desk: SignInDesk): Identified {
  const found = certifiedDevice(certificate, desk)
  if (!found.ok) return refused(notAuthorized, found.unknownDevice ? 'DEVICE_UNKNOWN' : 'CERTIFICATE_REFUSED', found.message)
  if (username !== undefined && username !== '' && username !== found.device) {
    const shown = JSON.stringify(nameForTheLog(username))
    return refused(
      notAuthorized,
      'CERTIFICATE_REFUSED',
      `its certificate is that of ${found.device}, and its user name is ${shown}: leave that out, or give the same`,
    )
  }
  return { ok: true, principal: { type: 'device', device: found.device }, holds: found.holds }
}

function identify(username: string | undefined, passwordBytes: Buffer | string | undefined, desk: SignInDesk, address: string): Identified {
  const password = passwordBytes?.toString() ?? ''
  if (username === undefined || username === '' || password === '') {
    return refused(
      notAuthorized,
      'CREDENTIALS_WRONG',
      'came without a user name or password; a device gives its id and secret, an integrator any name and a token',
    )
  }
  const visitor = username === ticketUser ? desk.tickets.check(password) : undefined
  if (visitor !== undefined) return { ok: true, principal: visitor, holds: () => desk.tickets.holds(visitor) }
  // Asked for every name, known or not, so that the time it takes tells nobody which devices exist.
  const device = isId(username) ? desk.authenticator.device(username, password) : undefined
  if (device?.type === 'device') {
    const id = device.device
    if (desk.directory.get(id) === undefined)
      return refused(badUserNameOrPassword, 'DEVICE_UNKNOWN', `the device ${id} is not registered; add it with: citygate device add --id ${id} …`)
    return { ok: true, principal: device, holds: () => desk.directory.get(id) !== undefined }
  }
  const token = desk.authenticator.token(password)
  if (token?.type === 'token') return { ok: true, principal: token, holds: () => desk.authenticator.tokenHolds(token) }
  const arrival = isId(username) && desk.directory.get(username) === undefined ? desk.firstContact?.arrive(username, password, address) : undefined
  if (arrival !== undefined)
    return {
      ...refused(notAuthorized, 'ENROLMENT_WAITING', `the device ${JSON.stringify(nameForTheLog(username))} is not enrolled: ${arrival.message}`),
      ...(arrival.soon && { soon: arrival.soon }),
    }
  return refusedName(username, password, desk.directory)
}

/** The log tells a device that nobody added from a wrong secret; the client is told the same of both: it need not learn which devices there are. */
function refusedName(username: string, password: string, directory: DeviceDirectory): Extract<Verdict, { readonly ok: false }> {
  if (directory.get(username) !== undefined)
    return refused(badUserNameOrPassword, 'CREDENTIALS_WRONG', `neither the secret of device ${JSON.stringify(username)} nor a token`)
  const shown = JSON.stringify(nameForTheLog(username))
  if (visitorNames.has(username) || password.startsWith(tokenPrefix) || password.startsWith(keyPrefix) || !isId(username))
    return refused(badUserNameOrPassword, 'CREDENTIALS_WRONG', `neither a token nor a ticket that is good, nor the id of a device: user name ${shown}`)
  return refused(badUserNameOrPassword, 'DEVICE_UNKNOWN', `no device ${shown} is registered (citygate device add adds one), and its password is no token`)
}

/** Somebody may have put the token or the secret where the name belongs: what could be either is cut short. */
function nameForTheLog(username: string): string {
  return username.length > longestShownName || username.startsWith(tokenPrefix) || username.startsWith(keyPrefix) ? `${username.slice(0, 6)}…` : username
}

function refused(returnCode: 2 | 4 | 5, reason: RefusalReason, message: string): Extract<Verdict, { readonly ok: false }> {
  return { ok: false, returnCode, reason, message }
}
