import { type Device, stages } from '../../model/device.ts'
import { deviceProblems, quoted } from '../check-device.ts'

/** The columns of a list of devices, in the order in which an export writes them. */
export const deviceColumns = [
  'id',
  'org',
  'model',
  'name',
  'group',
  'tags',
  'sim',
  'stage',
  'lat',
  'lon',
  'behind',
  'link',
  'unit',
  'address',
  'simulated',
] as const
type DeviceColumn = (typeof deviceColumns)[number]
/** What an import may also hold, and no export ever does. */
export const secretColumn = 'secret'
export type Column = DeviceColumn | typeof secretColumn

/** A row that was read, with everything that is wrong with it by itself. */
export interface ReadDevice {
  readonly device: Device
  readonly secret?: string
  readonly problems: readonly string[]
}

/** A device as a row of {@link deviceColumns}. */
export function rowOfDevice(device: Device): readonly string[] {
  const { place, link } = device
  const cells: Readonly<Record<DeviceColumn, string | number | undefined>> = {
    id: device.id,
    org: device.org,
    model: device.model,
    name: device.name,
    group: device.group,
    tags: device.tags?.join(' '),
    sim: device.sim,
    stage: device.stage ?? 'enrolled',
    lat: place?.lat,
    lon: place?.lon,
    behind: device.behind,
    link: link?.url,
    unit: link?.unit,
    address: link?.address,
    simulated: device.simulated ? 'yes' : undefined,
  }
  return deviceColumns.map(column => String(cells[column] ?? ''))
}

/**
 * A row as a device. A column that the table does not have is taken from the device as it was; an empty cell says that there is nothing.
 *
 * @param cell answers the text of a column, undefined when the table has no such column.
 */
export function deviceOfRow(cell: (column: Column) => string | undefined, before: Device | undefined, usualOrg: string | undefined): ReadDevice {
  const problems: string[] = []
  const text = (column: Column): string | undefined => {
    const given = cell(column)
    return given?.trim()
  }
  const optional = <T>(column: Column, read: (text: string) => T, was: T | undefined): T | undefined => {
    const given = text(column)
    if (given === undefined) return was
    return given === '' ? undefined : read(given)
  }
  const number = (column: Column, expected: string) => (given: string) => {
    if (!/^[+-]?[0-9]{1,9}(\.[0-9]{1,20})?$/.test(given)) problems.push(`${column}: ${quoted(given)}: expected ${expected}`)
    return Number(given)
  }
  const stage = optional('stage', given => given.toLowerCase(), before?.stage)
  if (stage !== undefined && !stages.some(one => one === stage)) problems.push(`stage: ${quoted(stage)}: expected ${stages.join(', ')}`)
  const [lat, lon] = [
    optional('lat', number('lat', 'degrees north, such as 31.2304'), before?.place?.lat),
    optional('lon', number('lon', 'degrees east, such as 121.4737'), before?.place?.lon),
  ]
  if ((lat === undefined) !== (lon === undefined)) problems.push('lat, lon: one is given without the other')
  const url = optional('link', String, before?.link?.url)
  const unit = optional('unit', number('unit', 'a whole number from 1 to 247'), before?.link?.unit)
  const address = optional('address', String, before?.link?.address)
  if (url === undefined && (unit !== undefined || address !== undefined)) problems.push('link: unit and address say who it is on a line: give the line too')
  const [name, group, sim, behind] = [
    optional('name', String, before?.name),
    optional('group', String, before?.group),
    optional('sim', given => given.replaceAll(' ', ''), before?.sim),
    optional('behind', String, before?.behind),
  ]
  if (sim !== undefined && /E\+/i.test(sim))
    problems.push(`sim: ${quoted(sim)}: the spreadsheet made a number of it and lost digits: format the column as text`)
  const tags = optional('tags', given => given.split(/[\s,;，；、]+/u).filter(tag => tag !== ''), before?.tags)
  const simulated = optional('simulated', yes, before?.simulated === true)
  const device: Device = {
    id: text('id') ?? '',
    org: (text('org') || undefined) ?? before?.org ?? usualOrg ?? '',
    model: (text('model') || undefined) ?? before?.model ?? '',
    ...(name !== undefined && { name }),
    ...(group !== undefined && { group }),
    ...(tags !== undefined && { tags }),
    ...(sim !== undefined && { sim }),
    ...((stage === 'planned' || stage === 'retired') && { stage }),
    ...(lat !== undefined && lon !== undefined && { place: { lat, lon } }),
    ...(behind !== undefined && { behind }),
    ...(url !== undefined && { link: { url, ...(unit !== undefined && { unit }), ...(address !== undefined && { address }) } }),
    ...(simulated && { simulated: true }),
  }
  const secret = text(secretColumn) || undefined
  // A number that is none is named once, as what it is.
  const named = new Set(problems.map(problem => problem.split(':')[0]))
  problems.push(...deviceProblems(device, secret).filter(problem => !named.has(problem.split(':')[0])))
  return { device, problems, ...(secret !== undefined && { secret }) }
}

function yes(text: string): boolean {
  return /^(yes|true|1|是)$/i.test(text)
}
