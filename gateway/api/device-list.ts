import type { Device, DeviceDirectory } from '../model/device.ts'

/** The directory in the order of ids, sorted again only after it changed: pages are cut from it. */
export class SortedDevices {
  readonly #directory: DeviceDirectory
  #version: number | undefined
  #devices: readonly Device[] = []

  constructor(directory: DeviceDirectory) {
    this.#directory = directory
  }

  /** By code unit, as cursors compare. */
  all(): readonly Device[] {
    if (this.#version !== this.#directory.version) {
      this.#devices = [...this.#directory.all()].sort((a, b) => (a.id < b.id ? -1 : 1))
      this.#version = this.#directory.version
    }
    return this.#devices
  }
}
