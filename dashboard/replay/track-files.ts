import { numberAt, type Track } from './track.ts'

/** A track as GeoJSON: a line for each stretch without a break, its times beside its coordinates. */
export function geoJsonOf(tracks: readonly Track[]): string {
  const features = tracks.flatMap(track =>
    stretches(track).map(({ from, to }) => {
      const fixes = range(from, to)
      return {
        type: 'Feature',
        geometry:
          fixes.length === 1
            ? { type: 'Point', coordinates: place(track, from) }
            : { type: 'LineString', coordinates: fixes.map(index => place(track, index)) },
        properties: {
          device: track.device,
          name: track.name,
          kind: track.kind,
          times: fixes.map(index => iso(track, index)),
          speedsKmh: fixes.map(index => known(numberAt(track.speed, index), 1)),
          headings: fixes.map(index => known(numberAt(track.heading, index), 0)),
        },
      }
    }),
  )
  return JSON.stringify({ type: 'FeatureCollection', features })
}

/** Tracks as GPX 1.1 (topografix.com/GPX/1/1): a segment for each stretch without a break. */
export function gpxOf(tracks: readonly Track[]): string {
  const written = tracks.map(track => {
    const segments = stretches(track).map(({ from, to }) => {
      const points = range(from, to).map(index => {
        const [lon, lat] = place(track, index)
        return `<trkpt lat="${lat}" lon="${lon}"><time>${iso(track, index)}</time></trkpt>`
      })
      return `<trkseg>\n${points.join('\n')}\n</trkseg>`
    })
    return `<trk><name>${xml(track.name || track.device)}</name><src>${xml(track.device)}</src>\n${segments.join('\n')}\n</trk>`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="Citygate" xmlns="http://www.topografix.com/GPX/1/1">\n${written.join('\n')}\n</gpx>\n`
}

/** Tracks as CSV (RFC 4180); ids hold nothing that needs quotes. `after` says what lies before a fix. */
export function csvOf(tracks: readonly Track[]): string {
  const lines = ['device,at,lat,lon,speed_kmh,heading,after']
  for (const track of tracks) {
    for (let index = 0; index < track.size; index++) {
      const [lon, lat] = place(track, index)
      const after = ['', 'silence', 'leap'][track.breaks[index] ?? 0]
      lines.push(
        [
          cell(track.device),
          iso(track, index),
          lat,
          lon,
          known(numberAt(track.speed, index), 1) ?? '',
          known(numberAt(track.heading, index), 0) ?? '',
          after,
        ].join(),
      )
    }
  }
  return `${lines.join('\r\n')}\r\n`
}

/** From the first to the last fix of each stretch, both included. */
function stretches(track: Track): readonly { readonly from: number; readonly to: number }[] {
  const found: { from: number; to: number }[] = []
  for (let index = 0; index < track.size; index++) {
    const last = found.at(-1)
    if (last === undefined || track.breaks[index] !== 0) found.push({ from: index, to: index })
    else last.to = index
  }
  return found
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

function place(track: Track, index: number): [number, number] {
  return [round(numberAt(track.lon, index), 6), round(numberAt(track.lat, index), 6)]
}

function iso(track: Track, index: number): string {
  return new Date(numberAt(track.at, index)).toISOString()
}

function known(value: number, digits: number): number | null {
  return Number.isNaN(value) ? null : round(value, digits)
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}

/** An id may begin with a minus, which a spreadsheet would run as a formula (OWASP, CSV injection). */
function cell(id: string): string {
  return id.startsWith('-') ? `'${id}` : id
}

function xml(text: string): string {
  // Control characters have no place in XML 1.0 (§ 2.2), not even escaped.
  return text.replace(/[^\P{Cc}\t\n\r]/gu, '').replace(/[<>&"']/g, letter => `&#${letter.charCodeAt(0)};`)
}
