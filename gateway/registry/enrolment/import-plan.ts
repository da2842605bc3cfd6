import type { Catalogue, Device, DeviceDirectory } from '../../model/device.ts'
import type { ListReach } from '../../model/enrolment.ts'
import type { DeviceId } from '../../model/ids.ts'
import { quoted } from '../check-device.ts'
import { rowOf } from '../device-row.ts'
import { modelProblem } from '../model-fits.ts'
import { type Column, deviceOfRow } from './columns.ts'
import type { DeviceTable } from './table-of.ts'
import type { TableRow } from './table-row.ts'

/** A device that an import adds. */
export interface PlannedDevice {
  readonly device: Device
  /** Given in the table. */
  readonly secret?: string
}

/** Whether a device signs in with a secret: not one that is polled or dials in by a link, nor one that a concentrator speaks for. */
export function signsIn({ link, behind }: Device): boolean {
  return link === undefined && behind === undefined
}

/** What an import will do, or why it can not. */
export interface ImportPlan {
  /** Concentrators before those behind them. */
  readonly add: readonly PlannedDevice[]
  readonly change: readonly Device[]
  /** Registered already, just as the table has them. */
  readonly unchanged: number
  readonly rows: number
  /** One text each, in the order of the lines; the first of them, as many as were asked for. */
  readonly problems: readonly string[]
  readonly problemCount: number
}

/** How a list of devices is taken. */
export interface ImportOptions {
  readonly directory: DeviceDirectory
  readonly catalogue: Catalogue
  /** Whose devices those are that name no organisation. */
  readonly org?: string
  /** Registered devices that differ are changed. */
  readonly update?: boolean
  /** Registered devices that are the same are passed over: an earlier run was interrupted. */
  readonly resume?: boolean
  /** Whether a registered device has this secret. */
  readonly hasSecret: (id: DeviceId, secret: string) => boolean
  /** Absent: everything, for whoever works on the machine. */
  readonly reach?: ListReach
  /** So many problems are kept with their texts; absent: a hundred, as nobody repairs more at once. */
  readonly mostProblems?: number
}

/** Checks a whole list of devices before anything is written. */
export function planImport(table: DeviceTable, options: ImportOptions): ImportPlan {
  const planning = new Planning(table.places, options)
  for (const row of table.rows) planning.take(row)
  return planning.plan()
}

interface Listed extends PlannedDevice {
  readonly line: number
}

/** The same row by row, for whoever has other things to do in between. */
export class Planning {
  readonly #places: DeviceTable['places']
  readonly #options: ImportOptions
  readonly #listed = new Map<DeviceId, Listed>()
  readonly #add: Listed[] = []
  readonly #change: Device[] = []
  readonly #problems: { readonly line: number; readonly text: string }[] = []
  #problemCount = 0
  #unchanged = 0
  #rows = 0

  constructor(places: DeviceTable['places'], options: ImportOptions) {
    this.#places = places
    this.#options = options
  }

  /** Rows so far. */
  get rows(): number {
    return this.#rows
  }

  /** The devices so far that are to sign in with a secret that the list does not bring. */
  *withoutSecret(): Generator<DeviceId> {
    for (const { device, secret } of this.#listed.values()) if (secret === undefined && signsIn(device)) yield device.id
  }

  take({ line, cells }: TableRow): void {
    this.#rows += 1
    this.#take(line, cells)
  }

  /** What is to be done, once all rows were taken. */
  plan(): ImportPlan {
    for (const listed of this.#listed.values()) this.#checkBehind(listed)
    return {
      add: this.#concentratorsFirst(),
      change: this.#change,
      unchanged: this.#unchanged,
      rows: this.#rows,
      problems: this.#problems.toSorted((a, b) => a.line - b.line).map(({ line, text }) => `line ${line}: ${text}`),
      problemCount: this.#problemCount,
    }
  }

  #take(line: number, cells: readonly string[]): void {
    const { directory, org } = this.#options
    const cell = (column: Column): string | undefined => {
      const place = this.#places.get(column)
      return place === undefined ? undefined : (cells[place] ?? '')
    }
    const known = directory.get((cell('id') ?? '').trim())
    const before = this.#mayUse(known) ? known : undefined
    const { device, secret, problems } = deviceOfRow(cell, before, org)
    const beyond = problems.length > 0 ? problems : this.#beyond(device, before)
    for (const problem of beyond) this.#say(line, problem)
    if (beyond.length > 0) return
    if (known !== undefined && before === undefined) {
      this.#say(line, `id: ${device.id} is taken: choose another id`)
      return
    }
    const twin = this.#listed.get(device.id)
    if (twin !== undefined) {
      this.#say(line, `id: ${device.id} stands in line ${twin.line} already`)
      return
    }
    const listed = { line, device, ...(secret !== undefined && { secret }) }
    this.#listed.set(device.id, listed)
    const misfit = modelProblem(device, this.#options.catalogue)
    if (misfit !== undefined) this.#say(line, misfit)
    else if (before === undefined) this.#add.push(listed)
    else this.#takeKnown(listed, before)
  }

  /** What is another's is not looked into: not even a message tells of it. */
  #mayUse(device: Device | undefined): boolean {
    return device !== undefined && (this.#options.reach?.maintains(device.org) ?? true)
  }

  /** What whoever brings the list may not say. */
  #beyond({ org, link }: Device, before: Device | undefined): readonly string[] {
    const { reach } = this.#options
    if (reach === undefined) return []
    if (!reach.maintains(org)) return [`org: you may not maintain devices of ${quoted(org)}`]
    if (reach.overall || link === undefined || JSON.stringify(link) === JSON.stringify(before?.link)) return []
    return ['link: takes the right to maintain over every organisation: lines are shared, and the gateway itself calls the address']
  }

  #takeKnown({ line, device, secret }: Listed, before: Device): void {
    const { update, resume, hasSecret } = this.#options
    const same = JSON.stringify(rowOf(device, 0)) === JSON.stringify(rowOf(before, 0))
    if (secret !== undefined && !hasSecret(device.id, secret))
      this.#say(line, `secret: an import gives no registered device another secret: use citygate device secret ${device.id}`)
    else if (same && (update || resume)) this.#unchanged += 1
    else if (!update)
      this.#say(
        line,
        `id: ${device.id} is registered already${resume ? ', and not as it stands here: --update changes it' : ': --update changes it, --resume goes on with an import that was interrupted'}`,
      )
    else if (device.org !== before.org) this.#say(line, `org: ${device.id} belongs to ${before.org}: remove it first to give it to ${device.org}`)
    else this.#change.push(device)
  }

  /** A concentrator may stand anywhere in the list, or be registered. */
  #checkBehind({ line, device }: Listed): void {
    if (device.behind === undefined) return
    const known = this.#options.directory.get(device.behind)
    const concentrator = this.#listed.get(device.behind)?.device ?? (this.#mayUse(known) ? known : undefined)
    if (concentrator === undefined) this.#say(line, `behind: no device ${device.behind} is registered or stands in this list: add the concentrator`)
    else if (concentrator.org !== device.org)
      this.#say(line, `behind: ${device.behind} belongs to another organisation (${concentrator.org}, not ${device.org})`)
    else if (this.#depth(device.id) === Number.POSITIVE_INFINITY) this.#say(line, `behind: ${device.id} stands behind itself, by way of others`)
  }

  #concentratorsFirst(): readonly Listed[] {
    // Most lists have none, and are in order as they are.
    if (this.#add.every(({ device }) => device.behind === undefined)) return this.#add
    const depths = new Map(this.#add.map(({ device }) => [device.id, this.#depth(device.id)]))
    const depth = ({ device }: Listed): number => depths.get(device.id) ?? 0
    return this.#add.toSorted((a, b) => depth(a) - depth(b))
  }

  /** How many of the list stand before it on the way to the gateway; infinite for a circle. */
  #depth(id: DeviceId): number {
    const seen = new Set<DeviceId>()
    for (let at = this.#listed.get(id)?.device.behind; at !== undefined; at = this.#listed.get(at)?.device.behind) {
      if (at === id || seen.has(at)) return Number.POSITIVE_INFINITY
      seen.add(at)
    }
    return seen.size
  }

  #say(line: number, text: string): void {
    this.#problemCount += 1
    if (this.#problems.length < (this.#options.mostProblems ?? 100)) this.#problems.push({ line, text })
  }
}
