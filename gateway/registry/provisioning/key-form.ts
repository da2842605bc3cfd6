/** A provisioning key with a device's own secret behind it, as a password: `cgp_<id>_<key>.<own secret>`. */
export interface ProvisionedPassword {
  readonly keyId: string
  readonly keySecret: string
  readonly own: string
}

/** The own secret of a device that enrols itself: 128 random bits as base64url at least. It is hashed in one round (see secrets.ts), so it must not be one that can be guessed. */
export const shortestOwnSecret = 22

/** How a provisioning key is printed. Ids hold no underscore and secrets no dot. */
export function provisioningKey(id: string, secret: string): string {
  return `cgp_${id}_${secret}`
}

/** Undefined for any other password. */
export function readProvisioned(password: string): ProvisionedPassword | undefined {
  const [, keyId, keySecret, own] = /^cgp_([0-9a-f]{12})_([A-Za-z0-9_-]{43})\.(.*)$/s.exec(password) ?? []
  return keyId === undefined || keySecret === undefined || own === undefined ? undefined : { keyId, keySecret, own }
}

/** What of a password is the device's own: a device that enrolled itself may go on to give both, and its key may be gone by then. */
export function ownSecret(password: string): string {
  return readProvisioned(password)?.own ?? password
}
