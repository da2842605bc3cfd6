import type { Selectable } from 'kysely'
import { type Device, stages } from '../model/device.ts'
import { readLinkUrl } from './link.ts'
import type { RegistrySchema } from './schema.ts'

/** A device as its table holds it. */
export function rowOf(device: Device, createdAt: number): Selectable<RegistrySchema['device']> {
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
    group_name: device.group?.trim() ?? null,
    tags: device.tags === undefined || device.tags.length === 0 ? null : JSON.stringify(device.tags),
    sim: device.sim ?? null,
    stage: device.stage ?? null,
  }
}

/** A table's row as the gateway knows it; frozen, since everyone shares it. */
export function deviceOf(row: Selectable<RegistrySchema['device']>): Device {
  return Object.freeze({
    id: row.id,
    org: row.org,
    model: row.model,
    ...(row.name !== null && { name: row.name }),
    ...(row.group_name !== null && { group: row.group_name }),
    ...(row.tags !== null && { tags: tagsOf(row.tags) }),
    ...(row.sim !== null && { sim: row.sim }),
    ...stageOf(row.stage),
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

function tagsOf(text: string): readonly string[] {
  const tags: unknown = JSON.parse(text)
  return Object.freeze(Array.isArray(tags) ? tags.filter(tag => typeof tag === 'string') : [])
}

/** A stage that a newer program wrote is taken for the usual one. */
function stageOf(text: string | null): Pick<Device, 'stage'> {
  const stage = stages.find(one => one === text)
  return stage === undefined || stage === 'enrolled' ? {} : { stage }
}
