import type { Catalogue, Device, DeviceDirectory } from '../model/device.ts'
import type { KindId } from '../model/ids.ts'
import type { Kind } from '../model/kind.ts'
import type { Asker } from './access.ts'
import { Problem } from './problem.ts'

/** A device with its kind, which stands in its model. Without a kind when its model is no longer known here. */
export interface KnownDevice {
  readonly device: Device
  readonly kind: Kind | undefined
}

/** What one asker may see: all, or the devices of an organisation and perhaps a kind. Every resource looks at devices through this. */
export class Scope {
  readonly #asker: Asker
  readonly #directory: DeviceDirectory
  readonly #catalogue: Catalogue

  constructor(asker: Asker, sources: { readonly directory: DeviceDirectory; readonly catalogue: Catalogue }) {
    this.#asker = asker
    this.#directory = sources.directory
    this.#catalogue = sources.catalogue
  }

  /** Whether the asker is the operator. */
  get operator(): boolean {
    return this.#asker.type === 'operator'
  }

  /** Kinds by the model a device has. */
  kindOf(device: Device): Kind | undefined {
    return this.#catalogue.model(device.model)?.kind
  }

  /** Whether the asker may see this device. */
  sees(device: Device): boolean {
    switch (this.#asker.type) {
      case 'operator':
        return true
      case 'token':
        return device.org === this.#asker.org && (this.#asker.kind === undefined || this.#asker.kind === this.kindOf(device)?.id)
      default:
        return false
    }
  }

  /** The device, if it is there and the asker may see it. Throws the same `DEVICE_UNKNOWN` (404) for both: a token does not tell what others have. */
  device(id: string): KnownDevice {
    const device = this.#directory.get(id)
    if (device === undefined || !this.sees(device)) throw new Problem(404, 'DEVICE_UNKNOWN', `There is no device “${id}”, or it is not yours to see.`)
    return { device, kind: this.kindOf(device) }
  }

  /** All the asker may see, in the directory's order. */
  *devices(): Generator<KnownDevice> {
    for (const device of this.#directory.all()) if (this.sees(device)) yield { device, kind: this.kindOf(device) }
  }

  /** Throws `QUERY_INVALID` for a kind that does not exist: an empty answer would hide a slip of the pen. */
  checkKinds(ids: readonly KindId[], field: string): void {
    const unknown = ids.filter(id => this.#catalogue.kind(id) === undefined)
    if (unknown.length === 0) return
    const known = [...this.#catalogue.kinds()].map(kind => kind.id).join(', ')
    throw new Problem(400, 'QUERY_INVALID', `“${field}” names an unknown kind.`, {
      errors: unknown.map(id => ({ field, in: 'query' as const, problem: `there is no kind “${id}”; there are ${known}` })),
    })
  }
}
