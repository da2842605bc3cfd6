import type { Catalogue, DeviceDirectory } from '../model/device.ts'
import type { Channel, DeviceId } from '../model/ids.ts'

const NONE: readonly DeviceId[] = []

/** Which devices stand behind another and are spoken for on a channel. Looked up in one walk over the directory, which is not repeated before the directory changes. */
export class CarriedDevices {
  readonly #directory: DeviceDirectory
  readonly #catalogue: Catalogue
  #version = -1
  #behind = new Map<DeviceId, DeviceId[]>()

  constructor(options: { readonly directory: DeviceDirectory; readonly catalogue: Catalogue }) {
    this.#directory = options.directory
    this.#catalogue = options.catalogue
  }

  /** Those behind `carrier` whose model speaks on `channel`. */
  of(carrier: DeviceId, channel: Channel): readonly DeviceId[] {
    if (this.#version !== this.#directory.version) this.#look()
    return this.#behind.get(carrier)?.filter(id => this.#speaks(id, channel)) ?? NONE
  }

  #speaks(id: DeviceId, channel: Channel): boolean {
    const model = this.#directory.get(id)?.model
    return model !== undefined && this.#catalogue.model(model)?.decoderFor(channel) !== undefined
  }

  #look(): void {
    this.#version = this.#directory.version
    this.#behind = new Map()
    for (const { id, behind } of this.#directory.all()) {
      if (behind === undefined) continue
      const known = this.#behind.get(behind)
      if (known) known.push(id)
      else this.#behind.set(behind, [id])
    }
  }
}
