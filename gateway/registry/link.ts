/** Modbus over Serial Line V1.02, section 2.2: 0 is for broadcasts, 1 to 247 are devices, 248 to 255 are reserved. */
const lastUnit = 247

/** Says what is wrong with a link's URL, or gives it in the one form that is kept, so that devices on the same line have the same text. */
export function readLinkUrl(text: string): { readonly url: string } | { readonly problem: string } {
  const expected = `expected modbus-tcp://host:port, such as modbus-tcp://10.0.0.5:502`
  const parsed = URL.canParse(text) ? new URL(text) : undefined
  if (parsed?.protocol !== 'modbus-tcp:' || parsed.hostname === '') return { problem: expected }
  if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '' || !['', '/'].includes(parsed.pathname)) {
    return { problem: `${expected}, and nothing else in it` }
  }
  // 502 is the port registered for Modbus (IANA: mbap).
  const port = parsed.port === '' ? 502 : Number(parsed.port)
  if (port < 1) return { problem: `${expected}; a port is 1 to 65535` }
  return { url: `modbus-tcp://${parsed.hostname.toLowerCase()}:${port}` }
}

/** Says what is wrong with a unit, if anything is. */
export function unitProblem(unit: number): string | undefined {
  if (Number.isInteger(unit) && unit >= 1 && unit <= lastUnit) return undefined
  return unit === 0
    ? 'unit 0 addresses all devices at once and answers nothing: give the one of this device, 1 to 247'
    : 'expected a whole number from 1 to 247'
}
