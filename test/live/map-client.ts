import { decodeTile } from './decode-tile.ts'

/** What a client knows of a device. */
interface Shown {
  readonly topic: string
  readonly at: number
  readonly lat: number
  readonly lon: number
}

/** A map client written from docs/live.md alone: it keeps in step by revision and age. */
export class MapClient {
  readonly devices = new Map<string, Shown>()
  readonly #held = new Map<string, number>()
  /** Topics on which a frame was missed. */
  readonly gaps: string[] = []

  receive(topic: string, payload: Uint8Array | string): void {
    const tile = decodeTile(payload)
    const held = this.#held.get(topic)
    const isChange = tile.snapshotPart === 0
    if (isChange && held !== undefined && tile.revision <= held) return
    if (isChange && held !== undefined && tile.previousRevision !== 0 && tile.previousRevision !== held) this.gaps.push(topic)
    if (tile.snapshotPart === 1 || (isChange && tile.previousRevision === 0)) this.#clear(topic)
    this.#held.set(topic, tile.revision)
    for (const mark of tile.marks) {
      const shown = this.devices.get(mark.device)
      if (mark.gone) {
        if (shown?.topic === topic) this.devices.delete(mark.device)
        continue
      }
      const at = tile.sentAtMs - mark.ageMs
      if (shown && shown.topic !== topic && shown.at > at) continue
      this.devices.set(mark.device, { topic, at, lat: mark.latE6 / 1e6, lon: mark.lonE6 / 1e6 })
    }
  }

  /** Device → where it stands, sorted. */
  picture(): [string, number, number][] {
    return Array.from(this.devices, ([device, { lat, lon }]): [string, number, number] => [device, lat, lon]).sort((a, b) => a[0].localeCompare(b[0]))
  }

  #clear(topic: string): void {
    for (const [device, shown] of this.devices) if (shown.topic === topic) this.devices.delete(device)
  }
}
