/** How much belongs to an organisation. */
export interface Holdings {
  readonly org: string
  readonly devices: number
  readonly people: number
  readonly tokens: number
  readonly provisioningKeys: number
}
