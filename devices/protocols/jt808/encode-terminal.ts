import { writeBcdTime } from './bcd.ts'
import { SOUTH, WEST } from './bits.ts'
import { writeU16, writeU32 } from './encode.ts'
import { gbkBytes } from './gbk.ts'

/** What a terminal says of itself when it registers. */
export interface Registration {
  readonly province: number
  readonly city: number
  readonly maker: string
  readonly model: string
  readonly terminalId: string
  /** JT/T 415-2006 § 5.4.12: 1 blue, 2 yellow, 3 black, 4 white, 9 other; 0: not registered, and the plate is the frame number. */
  readonly plateColour: number
  readonly plate: string
}

/** Which edition a terminal was built to. They differ in the head (2019) and in how wide the fields of a registration are. */
export type Edition = 2011 | 2013 | 2019

/** Widths of maker, model and terminal id (2013 § 8.5). */
export const REGISTRATION_WIDTHS: Readonly<Record<Edition, readonly [number, number, number]>> = { 2011: [5, 8, 7], 2013: [5, 20, 7], 2019: [11, 30, 30] }

/** The body of 0x0100. */
export function registrationBody({ province, city, maker, model, terminalId, plateColour, plate }: Registration, edition: Edition): Uint8Array {
  const plateBytes = gbkBytes(plate)
  const [makerWidth, modelWidth, idWidth] = REGISTRATION_WIDTHS[edition]
  const body = new Uint8Array(4 + makerWidth + modelWidth + idWidth + 1 + plateBytes.length)
  writeU16(body, 0, province)
  writeU16(body, 2, city)
  let at = 4
  for (const [text, width] of [
    [maker, makerWidth],
    [model, modelWidth],
    [terminalId, idWidth],
  ] as const) {
    body.set(gbkBytes(text).subarray(0, width), at)
    at += width
  }
  body[at] = plateColour
  body.set(plateBytes, at + 1)
  return body
}

/** The body of 0x0102: the code alone up to 2013 (§ 8.8); with its length, the IMEI and the software's version in 2019. */
export function authenticationBody(code: string, edition: Edition, terminal: { readonly imei?: string; readonly software?: string } = {}): Uint8Array {
  const bytes = gbkBytes(code)
  if (edition !== 2019) return bytes
  const body = new Uint8Array(1 + bytes.length + 15 + 20)
  body[0] = bytes.length
  body.set(bytes, 1)
  body.set(gbkBytes(terminal.imei ?? '').subarray(0, 15), 1 + bytes.length)
  body.set(gbkBytes(terminal.software ?? '').subarray(0, 20), 16 + bytes.length)
  return body
}

/** One item of a location's additional information. */
export interface LocationItem {
  readonly id: number
  readonly data: Uint8Array
}

/** What a location says, in plain units. */
export interface OutgoingLocation {
  /** See `bits.ts`. */
  readonly alarm: number
  /** See `bits.ts`; south and west are set from the position. */
  readonly status: number
  readonly lat: number
  readonly lon: number
  readonly altitude: number
  /** km/h. */
  readonly speed: number
  readonly heading: number
  readonly at: number
  readonly items?: readonly LocationItem[]
}

/** The body of 0x0200 (2013 § 8.18). */
export function locationBody(location: OutgoingLocation): Uint8Array {
  const { alarm, status, lat, lon, altitude, speed, heading, at, items = [] } = location
  const body = new Uint8Array(28 + items.reduce((sum, { data }) => sum + 2 + data.length, 0))
  writeU32(body, 0, alarm)
  writeU32(body, 4, (status & ~(SOUTH | WEST)) + (lat < 0 ? SOUTH : 0) + (lon < 0 ? WEST : 0))
  writeU32(body, 8, Math.round(Math.abs(lat) * 1e6))
  writeU32(body, 12, Math.round(Math.abs(lon) * 1e6))
  writeU16(body, 16, Math.max(0, Math.round(altitude)))
  writeU16(body, 18, Math.round(speed * 10))
  writeU16(body, 20, Math.round(heading) % 360)
  writeBcdTime(body, 22, at)
  let end = 28
  for (const { id, data } of items) {
    body[end] = id
    body[end + 1] = data.length
    body.set(data, end + 2)
    end += 2 + data.length
  }
  return body
}

/** The body of 0x0704 (2013 § 8.49): several locations, `historical` when they come from the terminal's buffer. */
export function batchBody(locations: readonly Uint8Array[], historical: boolean): Uint8Array {
  const body = new Uint8Array(3 + locations.reduce((sum, location) => sum + 2 + location.length, 0))
  writeU16(body, 0, locations.length)
  body[2] = historical ? 1 : 0
  let at = 3
  for (const location of locations) {
    writeU16(body, at, location.length)
    body.set(location, at + 2)
    at += 2 + location.length
  }
  return body
}

/** The body of 0x0001, a terminal's general answer, and of 0x8001, the platform's (2013 § 8.1, § 8.2). */
export function answerBody(serial: number, messageId: number, result: number): Uint8Array {
  const body = new Uint8Array(5)
  writeU16(body, 0, serial)
  writeU16(body, 2, messageId)
  body[4] = result
  return body
}
