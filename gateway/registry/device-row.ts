import type { Insertable, Selectable } from 'kysely'
import type { Device } from '../model/device.ts'
import { readLinkUrl } from './link.ts'
import type { RegistrySchema } from './schema.ts'

/** A device as its table holds it. */
export function rowOf(device: Device, createdAt: number): Insertable<RegistrySchema['device']> {
  const link = device.link && readLinkUrl(device.link.url)
  return {
    id: device.id,
    org: device.org,
    model: device.model,
    name: device.name?.trim() ?? null,
    lat: device.place?.lat ?? null,
    lon: device.place?.lon ?? null,
    behind: device.behind ?? null,
    link_url: link && 'url' in link ? link.url : null,
    link_unit: device.link?.unit ?? null,
    link_address: device.link?.address ?? null,
    simulated: device.simulated ? 1 : 0,
    created_at: createdAt,
  }
}

/** A table's row as the gateway knows it; frozen, since everyone shares it. */
export function deviceOf(row: Selectable<RegistrySchema['device']>): Device {
  return Object.freeze({
    id: row.id,
    org: row.org,
    model: row.model,
    ...(row.name !== null && { name: row.name }),
    ...(row.lat !== null && row.lon !== null && { place: Object.freeze({ lat: row.lat, lon: row.lon }) }),
    ...(row.behind !== null && { behind: row.behind }),
    ...(row.link_url !== null && {
      link: Object.freeze({
        url: row.link_url,
        ...(row.link_unit !== null && { unit: row.link_unit }),
        ...(row.link_address !== null && { address: row.link_address }),
      }),
    }),
    ...(row.simulated === 1 && { simulated: true as const }),
  })
}
