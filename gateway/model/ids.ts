/** Ids stand in topics, line protocol, URLs and file names alike, so one rule serves them all. */
const ID = /^[A-Za-z0-9._-]{1,64}$/

/** One installed thing, such as `bus-0417`. */
export type DeviceId = string
/** Who owns a device, such as `pudong-bus`. */
export type OrgId = string
/** A product on the market, such as `eastron-sdm630`. */
export type ModelId = string
/** What a thing is and measures, such as `electricity-meter`. */
export type KindId = string
/** How bytes are spoken, such as `modbus`. */
export type ProtocolId = string
/** Which protocol speaks on a topic or line: the last level of `up/{device}/{channel}`. */
export type Channel = string

/** Whether a text may be an id: 1 to 64 of `[A-Za-z0-9._-]`, and not `.` or `..`, which file systems reserve. */
export function isId(text: string): boolean {
  return ID.test(text) && text !== '.' && text !== '..'
}
