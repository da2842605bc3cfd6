import gcoord from 'gcoord'

/** Its types describe a `default` that its CommonJS build, which is what comes here, does not have. */
const { transform, WGS84, GCJ02, BD09 } = 'default' in gcoord ? gcoord.default : gcoord

/** The datum a base map is drawn in. Positions are WGS-84 everywhere else; maps published in China are shifted by law: GCJ-02 (Amap, Tencent) or BD-09 (Baidu). */
export type Datum = 'wgs84' | 'gcj02' | 'bd09'

/** Degrees. */
export interface LatLon {
  readonly lat: number
  readonly lon: number
}

/** The way from WGS-84 to a base map's own coordinates and back. */
export interface DatumShift {
  readonly toMap: (place: LatLon) => LatLon
  readonly fromMap: (place: LatLon) => LatLon
}

/** The way back is found by steps; each makes the error a thousandth or less. */
const MOST_STEPS = 8
/** About a centimetre. */
const NEAR_DEGREES = 1e-7

const none: DatumShift = { toMap: place => place, fromMap: place => place }

/** How places are shifted for a base map of this datum. Outside of China nothing is. */
export function datumShift(datum: Datum): DatumShift {
  if (datum === 'wgs84') return none
  const target = datum === 'gcj02' ? GCJ02 : BD09
  const toMap = ({ lat, lon }: LatLon): LatLon => {
    const [shiftedLon, shiftedLat] = transform<[number, number]>([lon, lat], WGS84, target)
    return { lat: shiftedLat, lon: shiftedLon }
  }
  return { toMap, fromMap: place => inverse(toMap, place) }
}

/** gcoord's own way back from GCJ-02 has no end for places at the edge of the shifted area, and would stop the page there: this one has. */
function inverse(toMap: (place: LatLon) => LatLon, place: LatLon): LatLon {
  let { lat, lon } = place
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const there = toMap({ lat, lon })
    const north = there.lat - place.lat
    const east = there.lon - place.lon
    lat -= north
    lon -= east
    if (Math.abs(north) < NEAR_DEGREES && Math.abs(east) < NEAR_DEGREES) break
  }
  return { lat, lon }
}
