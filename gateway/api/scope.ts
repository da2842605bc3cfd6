import type { Catalogue, Device, DeviceDirectory } from '../model/device.ts'
import type { KindId } from '../model/ids.ts'
import type { Kind } from '../model/kind.ts'
import { may, mayOverall, type Right } from '../model/rights.ts'
import type { Asker } from './access.ts'
import { Problem } from './problem.ts'

/** A device with its kind, which stands in its model. Without a kind when its model is no longer known here. */
export interface KnownDevice {
  readonly device: Device
  readonly kind: Kind | undefined
}

interface ScopeSources {
  readonly directory: DeviceDirectory
  readonly catalogue: Catalogue
}

/** What one asker may see, or do another thing to: all, or the devices of some organisations and perhaps a kind. Every resource looks at devices through this. */
export class Scope {
  readonly #asker: Asker
  readonly #right: Right
  readonly #sources: ScopeSources

  constructor(asker: Asker, sources: ScopeSources, right: Right = 'read') {
    this.#asker = asker
    this.#right = right
    this.#sources = sources
  }

  /** Whether the scope holds everything, what belongs to no organisation among it. */
  get overall(): boolean {
    return this.#asker.type !== 'nobody' && mayOverall(this.#asker, this.#right)
  }

  /** Kinds by the model a device has. */
  kindOf(device: Device): Kind | undefined {
    return this.#sources.catalogue.model(device.model)?.kind
  }

  /** Whether the asker may see this device, and do to it what the scope is for. */
  sees(device: Device): boolean {
    return this.#asker.type !== 'nobody' && may(this.#asker, this.#right, device.org, this.kindOf(device)?.id)
  }

  /** The device, if it is there and the asker may see it. Throws the same `DEVICE_UNKNOWN` (404) for both: a token does not tell what others have. */
  device(id: string): KnownDevice {
    const device = this.#sources.directory.get(id)
    if (device !== undefined && this.#right !== 'read' && !this.sees(device) && new Scope(this.#asker, this.#sources).sees(device))
      throw new Problem(403, 'FORBIDDEN', `You may see the device “${id}”, but not ${this.#right} it.`)
    if (device === undefined || !this.sees(device)) throw new Problem(404, 'DEVICE_UNKNOWN', `There is no device “${id}”, or it is not yours to see.`)
    return { device, kind: this.kindOf(device) }
  }

  /** All the asker may see, in the directory's order. */
  *devices(): Generator<KnownDevice> {
    for (const device of this.#sources.directory.all()) if (this.sees(device)) yield { device, kind: this.kindOf(device) }
  }

  /** Throws `QUERY_INVALID` for a kind that does not exist: an empty answer would hide a slip of the pen. */
  checkKinds(ids: readonly KindId[], field: string): void {
    const unknown = ids.filter(id => this.#sources.catalogue.kind(id) === undefined)
    if (unknown.length === 0) return
    const known = [...this.#sources.catalogue.kinds()].map(kind => kind.id).join(', ')
    throw new Problem(400, 'QUERY_INVALID', `“${field}” names an unknown kind.`, {
      errors: unknown.map(id => ({ field, in: 'query' as const, problem: `there is no kind “${id}”; there are ${known}` })),
    })
  }
}
