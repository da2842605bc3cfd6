/** Modbus over Serial Line V1.02, section 2.2: 0 is for broadcasts, 1 to 247 are devices, 248 to 255 are reserved. */
const lastUnit = 247

/** How links are written, for help and messages. */
export const linkForms: readonly string[] = [
  'modbus-tcp://host:port',
  'rtu-tcp://host:port',
  'serial:///dev/ttyUSB0?baud=9600&parity=none',
  'dtu://ID',
  'mqtt://DEVICE',
  'jt808://PHONE',
  'hj212://MN',
]

/** A link's URL in the one form that is kept, so that devices on the same line have the same text. */
export interface ReadLink {
  readonly url: string
  /** A line that several devices share, each with a unit or an address. */
  readonly shared: boolean
}

type Read = ReadLink | { readonly problem: string }

const readers: Readonly<Record<string, (text: string) => Read>> = {
  // 502 is the port registered for Modbus (IANA: mbap).
  'modbus-tcp': text => endpoint(text, 'modbus-tcp', 502),
  'rtu-tcp': text => endpoint(text, 'rtu-tcp', undefined),
  serial: serialLine,
  dtu: text => called(text, 'dtu', /^[A-Za-z0-9._-]{1,64}$/, 'the name of the DTU, 1 to 64 of A-Z a-z 0-9 . _ -', true),
  mqtt: text => called(text, 'mqtt', /^[A-Za-z0-9._-]{1,64}$/, 'the id of the device that carries its frames', true),
  // JT/T 808-2019 section 4.4.3: the phone number is 20 digits of BCD, 12 before 2019; leading zeros do not count. Some makers put an id there whose digits go up to f.
  jt808: text => called(text, 'jt808', /^[0-9a-f]{1,20}$/i, "the terminal's phone number, 1 to 20 digits", false),
  // HJ 212-2017 table 3: MN has at most 24 characters. It asks for letters and digits; stations with _ and - in theirs were seen.
  hj212: text => called(text, 'hj212', /^[A-Za-z0-9_-]{1,24}$/, "the station's MN, 1 to 24 of A-Z a-z 0-9 _ -", false),
}

/** Says what is wrong with a link's URL, or gives it in the one form that is kept. */
export function readLinkUrl(text: string): Read {
  const scheme = /^([a-z0-9-]+):\/\//i.exec(text)?.[1]?.toLowerCase()
  const reader = scheme === undefined ? undefined : readers[scheme]
  return reader?.(text) ?? { problem: `expected one of ${linkForms.join(', ')}` }
}

/** Says what is wrong with who a device is on its line, if anything is. */
export function memberProblem(shared: boolean, unit: number | undefined, address: string | undefined): string | undefined {
  if (!shared) return unit === undefined && address === undefined ? undefined : 'this link is of one device only: leave unit and address out'
  if (unit === undefined && address === undefined) return 'which device on the line? Give the Modbus unit, or the address printed on the meter'
  if (unit !== undefined && address !== undefined) return 'a device has a unit or an address, not both'
  if (address !== undefined) return /^[0-9A-Za-z]{1,32}$/.test(address) ? undefined : 'expected an address of 1 to 32 letters and digits'
  if (Number.isInteger(unit) && Number(unit) >= 1 && Number(unit) <= lastUnit) return undefined
  return unit === 0
    ? 'unit 0 addresses all devices at once and answers nothing: give the one of this device, 1 to 247'
    : 'expected a whole number from 1 to 247'
}

function endpoint(text: string, scheme: string, usualPort: number | undefined): Read {
  const expected = `expected ${scheme}://host:port, such as ${scheme}://10.0.0.5:502`
  const parsed = URL.canParse(text) ? new URL(text) : undefined
  if (parsed?.protocol !== `${scheme}:` || parsed.hostname === '') return { problem: expected }
  if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '' || !['', '/'].includes(parsed.pathname)) {
    return { problem: `${expected}, and nothing else in it` }
  }
  const port = parsed.port === '' ? usualPort : Number(parsed.port)
  if (port === undefined || port < 1) return { problem: `${expected}; a port is 1 to 65535` }
  return { url: `${scheme}://${parsed.hostname.toLowerCase()}:${port}`, shared: true }
}

function called(text: string, scheme: string, form: RegExp, what: string, shared: boolean): Read {
  const name = text.slice(scheme.length + 3)
  if (!form.test(name)) return { problem: `expected ${scheme}:// and ${what}` }
  return { url: `${scheme}://${scheme === 'jt808' ? name.toLowerCase().replace(/^0+(?=.)/, '') : name}`, shared }
}

const PARITIES = ['none', 'even', 'odd']

/** `serial:///dev/ttyUSB0?baud=9600&parity=none&bits=8&stop=1`. Two settings of one port are two lines that can not both be, so the settings stand in the URL. */
function serialLine(text: string): Read {
  const expected = 'expected serial:///dev/ttyUSB0?baud=9600&parity=none&bits=8&stop=1 (all after ? may be left out)'
  const parsed = URL.canParse(text) ? new URL(text) : undefined
  if (parsed?.hostname !== '' || !/^\/dev\/[A-Za-z0-9._/-]+$/.test(parsed.pathname) || parsed.pathname.includes('..')) return { problem: expected }
  const given = (name: string, usual: string): string => parsed.searchParams.get(name) ?? usual
  const [baud, parity, bits, stop] = [given('baud', '9600'), given('parity', 'none'), given('bits', '8'), given('stop', '1')]
  const unknown = [...parsed.searchParams.keys()].find(name => !['baud', 'parity', 'bits', 'stop'].includes(name))
  if (unknown !== undefined) return { problem: `${expected}; there is no '${unknown}'` }
  if (!/^\d{3,7}$/.test(baud) || !PARITIES.includes(parity) || !['7', '8'].includes(bits) || !['1', '2'].includes(stop)) return { problem: expected }
  return { url: `serial://${parsed.pathname}?baud=${baud}&parity=${parity}&bits=${bits}&stop=${stop}`, shared: true }
}
