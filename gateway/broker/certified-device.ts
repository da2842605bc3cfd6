import type { X509Certificate } from 'node:crypto'
import type { DeviceDirectory } from '../model/device.ts'
import { type DeviceId, isId } from '../model/ids.ts'
import type { ClientCertificates, ShownCertificate } from '../model/tls.ts'

/** What a certificate is judged by. */
export interface CertificateDesk {
  readonly directory: DeviceDirectory
  readonly clientCertificates?: ClientCertificates
  readonly now: () => number
}

export type CertifiedDevice =
  | { readonly ok: true; readonly device: DeviceId; readonly holds: () => boolean }
  | { readonly ok: false; readonly unknownDevice: boolean; readonly message: string }

/** Tells which device signs in with a certificate. It must name a device that is registered and in service, and be good for the organisation of that device. */
export function certifiedDevice(shown: ShownCertificate, desk: CertificateDesk): CertifiedDevice {
  const id = deviceIdIn(shown.x509)
  if (id === undefined) return refused('its certificate names no device: its one DNS name, or without one its common name (CN), must be the id')
  const device = desk.directory.get(id)
  if (device === undefined) {
    // Who is no device of ours learns the same, whatever is wrong.
    return {
      ok: false,
      unknownDevice: true,
      message: `its certificate names ${id}, and no such device is registered; add it with: citygate device add --id ${id} …`,
    }
  }
  const objection = objectionOf(id, shown, desk)
  if (objection !== undefined) return refused(`as ${id}: ${objection}`)
  return { ok: true, device: id, holds: holdsFor(id, shown, desk) }
}

/**
 * The id that a certificate is for: its DNS name among the subject's alternative names, or the common name where it has none (RFC 9525 § 2, which lets alternative
 * names go before the subject). With two of one sort it is not clear which device it is.
 */
function deviceIdIn(certificate: X509Certificate): DeviceId | undefined {
  // Node writes names that hold a comma or quotation mark as JSON: these are no ids.
  const names = (certificate.subjectAltName?.match(/(?:[^",]|"(?:[^"\\]|\\.)*")+/g) ?? []).map(name => name.trim()).filter(name => name.startsWith('DNS:'))
  const commonName: unknown = certificate.toLegacyObject().subject.CN
  const id: unknown = names.length === 0 ? commonName : names.length === 1 ? names[0]?.slice('DNS:'.length) : undefined
  return typeof id === 'string' && isId(id) ? id : undefined
}

function objectionOf(id: DeviceId, { x509, distrust }: ShownCertificate, { directory, clientCertificates }: CertificateDesk): string | undefined {
  const device = directory.get(id)
  if (device === undefined) return 'the device is no longer registered'
  if (device.stage === 'retired') return 'the device is retired'
  if (clientCertificates === undefined) return 'no certificates are taken here'
  return clientCertificates.objection(x509, device.org) ?? (distrust === undefined ? undefined : `the TLS library does not trust the certificate (${distrust})`)
}

/** Asked of every connection every few seconds: signatures are looked at again only after something has changed. */
function holdsFor(id: DeviceId, shown: ShownCertificate, desk: CertificateDesk): () => boolean {
  const judgedBy = (): string => `${desk.clientCertificates?.version} ${desk.directory.get(id)?.org}`
  const until = shown.x509.validToDate.getTime()
  let judged = judgedBy()
  let good = true
  return () => {
    const device = desk.directory.get(id)
    if (device === undefined || device.stage === 'retired' || desk.now() >= until) return false
    if (judgedBy() !== judged) {
      judged = judgedBy()
      good = objectionOf(id, shown, desk) === undefined
    }
    return good
  }
}

function refused(message: string): CertifiedDevice {
  return { ok: false, unknownDevice: false, message }
}
