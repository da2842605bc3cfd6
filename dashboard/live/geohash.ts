/** The alphabet of geohash: base 32 without a, i, l and o (G. Niemeyer, 2008; also in the `geohash` column of the Redis GEO documentation). */
const ALPHABET = '0123456789bcdefghjkmnpqrstuvwxyz'

/** A rectangle on the map, WGS-84 degrees. West is never greater than east: views over the date line are cut there. */
export interface Bounds {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
}

/** The geohash cell of a place. */
export function geohash(lat: number, lon: number, length: number): string {
  let west = -180
  let east = 180
  let south = -90
  let north = 90
  let text = ''
  for (let index = 0; index < length; index += 1) {
    let digit = 0
    for (let bit = 0; bit < 5; bit += 1) {
      // Bits alternate, longitude first.
      if ((index * 5 + bit) % 2 === 0) {
        const middle = (west + east) / 2
        if (lon >= middle) {
          digit = digit * 2 + 1
          west = middle
        } else {
          digit *= 2
          east = middle
        }
      } else {
        const middle = (south + north) / 2
        if (lat >= middle) {
          digit = digit * 2 + 1
          south = middle
        } else {
          digit *= 2
          north = middle
        }
      }
    }
    text += ALPHABET.charAt(digit)
  }
  return text
}

/** Width and height in degrees of a cell whose hash has this many characters. */
export function cellSize(length: number): { readonly width: number; readonly height: number } {
  const bits = length * 5
  return { width: 360 / 2 ** Math.ceil(bits / 2), height: 180 / 2 ** Math.floor(bits / 2) }
}

/** The rectangle of a cell. */
export function cellBounds(hash: string): Bounds {
  let [west, south, width, height] = [-180, -90, 360, 180]
  for (const [index, character] of Array.from(hash).entries()) {
    const digit = ALPHABET.indexOf(character)
    for (let bit = 4; bit >= 0; bit -= 1) {
      const upper = (digit >> bit) & 1
      if ((index * 5 + 4 - bit) % 2 === 0) {
        width /= 2
        west += upper * width
      } else {
        height /= 2
        south += upper * height
      }
    }
  }
  return { west, south, east: west + width, north: south + height }
}

/** The cells that cover a view, as few as `most` allows and as small as `longest` characters allows; and what they cover together. */
export interface Cover {
  readonly cells: readonly string[]
  readonly bounds: Bounds
}

/** Chooses the finest cells of one length of which no more than `most` cover the view. Answers one empty hash, the whole world, when even the coarsest are too many. */
export function cover(view: Bounds, most: number, longest: number): Cover {
  for (let length = longest; length >= 1; length -= 1) {
    const grid = gridOf(view, length)
    if (grid.columns * grid.rows > most) continue
    const cells: string[] = []
    for (let row = 0; row < grid.rows; row += 1) {
      for (let column = 0; column < grid.columns; column += 1) {
        cells.push(geohash(grid.south + (row + 0.5) * grid.height, grid.west + (column + 0.5) * grid.width, length))
      }
    }
    return {
      cells,
      bounds: { west: grid.west, south: grid.south, east: grid.west + grid.columns * grid.width, north: grid.south + grid.rows * grid.height },
    }
  }
  return { cells: [''], bounds: { west: -180, south: -90, east: 180, north: 90 } }
}

function gridOf(view: Bounds, length: number) {
  const { width, height } = cellSize(length)
  const column = (lon: number) => Math.min(Math.floor((clamp(lon, 180) + 180) / width), 360 / width - 1)
  const row = (lat: number) => Math.min(Math.floor((clamp(lat, 90) + 90) / height), 180 / height - 1)
  const west = column(view.west)
  const south = row(view.south)
  return {
    width,
    height,
    west: west * width - 180,
    south: south * height - 90,
    columns: column(view.east) - west + 1,
    rows: row(view.north) - south + 1,
  }
}

function clamp(degrees: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, degrees))
}

/** Whether a place lies in a rectangle, its edges included. */
export function inside(bounds: Bounds, lat: number, lon: number): boolean {
  return lat >= bounds.south && lat <= bounds.north && lon >= bounds.west && lon <= bounds.east
}
