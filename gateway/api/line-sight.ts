import type { DeviceDirectory } from '../model/device.ts'
import type { OrgId } from '../model/ids.ts'
import { may, mayOverall } from '../model/rights.ts'
import type { Asker } from './access.ts'

/**
 * Who sees a line or DTU: those who maintain every device that is linked to it. Its figures and bytes are of all of them together, so one that several organisations share, like one to which no
 * device is linked, is for those who maintain every organisation.
 */
export class LineSight {
  readonly #directory: DeviceDirectory
  #version = -1
  #orgs: ReadonlyMap<string, ReadonlySet<OrgId>> = new Map()

  constructor(directory: DeviceDirectory) {
    this.#directory = directory
  }

  /** Whether somebody sees every line, what belongs to nobody among it. */
  seesAll(asker: Asker): boolean {
    return asker.type !== 'nobody' && mayOverall(asker, 'maintain')
  }

  /** @param url what devices on it have as the URL of their link */
  sees(asker: Asker, url: string): boolean {
    if (asker.type === 'nobody') return false
    if (this.seesAll(asker)) return true
    const orgs = this.#linked().get(url)
    return orgs !== undefined && [...orgs].every(org => may(asker, 'maintain', org))
  }

  /** By link; of retired devices too, as their share is in the figures. Read again only when the directory changed. */
  #linked(): ReadonlyMap<string, ReadonlySet<OrgId>> {
    if (this.#version === this.#directory.version) return this.#orgs
    const orgs = new Map<string, Set<OrgId>>()
    for (const { link, org } of this.#directory.all()) {
      if (link === undefined) continue
      const there = orgs.get(link.url)
      if (there) there.add(org)
      else orgs.set(link.url, new Set([org]))
    }
    this.#version = this.#directory.version
    this.#orgs = orgs
    return orgs
  }
}
