import { type DecodedTile, decodeTile } from './decode-tile.ts'

/** What a client knows of a device. */
interface Shown {
  readonly topic: string
  readonly at: number
  readonly lat: number
  readonly lon: number
  readonly heading: number | undefined
  readonly speed: number | undefined
  readonly flagged: boolean
}

/** What it holds of a cell: the revision, and which number is which device. */
interface Held {
  readonly revision: number
  readonly numbers: Map<number, string>
}

/** A map client written from docs/live.md alone: it keeps in step by revision and age, and reads moves by number. */
export class MapClient {
  readonly devices = new Map<string, Shown>()
  readonly #held = new Map<string, Held>()
  /** Topics on which a frame was missed. */
  readonly gaps: string[] = []

  receive(topic: string, payload: Uint8Array | string): void {
    const tile = decodeTile(payload)
    const held = this.#held.get(topic)
    const isChange = tile.snapshotPart === 0
    if (isChange && held !== undefined && tile.revision <= held.revision) return
    const missed = isChange && held !== undefined && tile.previousRevision !== 0 && tile.previousRevision !== held.revision
    const anew = tile.snapshotPart === 1 || (isChange && tile.previousRevision === 0)
    if (missed) this.gaps.push(topic)
    if (anew) this.#clear(topic)
    const numbers = missed || anew ? new Map<number, string>() : (held?.numbers ?? new Map<number, string>())
    this.#held.set(topic, { revision: tile.revision, numbers })
    for (const mark of tile.marks) {
      if (mark.gone) {
        if (this.devices.get(mark.device)?.topic === topic) this.devices.delete(mark.device)
        continue
      }
      numbers.set(mark.number, mark.device)
      const { heading, speed, flagged } = mark
      this.#show(mark.device, { topic, at: tile.sentAtMs - mark.ageMs, lat: mark.latE6 / 1e6, lon: mark.lonE6 / 1e6, heading, speed, flagged })
    }
    for (const { number, ...moved } of movesOf(topic, tile)) {
      const device = numbers.get(number)
      const known = this.devices.get(device ?? '')
      // Its number was not told: the frame was on its way before the snapshot.
      if (device !== undefined && known !== undefined) this.#show(device, { topic, flagged: known.flagged, ...moved })
    }
  }

  /** Device → where it stands to five decimals (a metre), sorted. */
  picture(): [string, string, string][] {
    return Array.from(this.devices, ([device, { lat, lon }]): [string, string, string] => [device, lat.toFixed(5), lon.toFixed(5)]).sort((a, b) =>
      a[0].localeCompare(b[0]),
    )
  }

  #show(device: string, next: Shown): void {
    const shown = this.devices.get(device)
    if (shown && shown.topic !== next.topic && shown.at > next.at) return
    this.devices.set(device, next)
  }

  #clear(topic: string): void {
    for (const [device, shown] of this.devices) if (shown.topic === topic) this.devices.delete(device)
  }
}

/** A row of the columns of what only moved. */
type Moved = Omit<Shown, 'topic' | 'flagged'> & { readonly number: number }

/** Reads the columns of what only moved. */
export function movesOf(topic: string, { moves, sentAtMs }: DecodedTile): Moved[] {
  const { south, west, height, width } = corner(topic)
  let number = 0
  return (moves?.numbers ?? []).map((more, index) => {
    number += more
    const place = moves?.places[index] ?? 0
    const heading = moves?.headings[index] ?? 255
    const speed = moves?.speeds[index] ?? 0
    return {
      number,
      at: sentAtMs - (moves?.agesMs[index] ?? 0),
      lat: south + ((Math.floor(place / 65_536) + 0.5) / 65_536) * height,
      lon: west + (((place % 65_536) + 0.5) / 65_536) * width,
      heading: heading === 255 ? undefined : heading * 1.5,
      speed: speed === 0 ? undefined : speed - 1,
    }
  })
}

/** The rectangle of a geohash, by its definition: each character is five halvings, longitude first. */
function corner(topic: string): { readonly south: number; readonly west: number; readonly height: number; readonly width: number } {
  const bits = topic
    .split('/')
    .slice(3)
    .flatMap(character => Array.from('0123456789bcdefghjkmnpqrstuvwxyz'.indexOf(character).toString(2).padStart(5, '0')))
  const offset = (first: number, whole: number) =>
    bits.filter((_, index) => index % 2 === first).reduce((sum, bit, index) => sum + Number(bit) * (whole / 2 ** (index + 1)), 0)
  const count = (first: number) => bits.filter((_, index) => index % 2 === first).length
  return { west: offset(0, 360) - 180, south: offset(1, 180) - 90, width: 360 / 2 ** count(0), height: 180 / 2 ** count(1) }
}
