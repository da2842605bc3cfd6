import type { Device, DeviceDirectory } from '../model/device.ts'

const NONE: readonly Device[] = []

/** Finds devices by the URL of their link. Reads the directory again only when it changed. */
export class LinkIndex {
  readonly #directory: DeviceDirectory
  #byUrl = new Map<string, Device[]>()
  #version = -1

  constructor(directory: DeviceDirectory) {
    this.#directory = directory
  }

  /** All devices with this link, in the directory's order. Two with a `jt808://` or `hj212://` link are a mistake that whoever asks has to name. */
  at(url: string): readonly Device[] {
    if (this.#version !== this.#directory.version) this.#read()
    return this.#byUrl.get(url) ?? NONE
  }

  #read(): void {
    this.#version = this.#directory.version
    this.#byUrl = new Map()
    for (const device of this.#directory.all()) {
      if (!device.link || device.stage === 'retired') continue
      const there = this.#byUrl.get(device.link.url)
      if (there) there.push(device)
      else this.#byUrl.set(device.link.url, [device])
    }
  }
}
