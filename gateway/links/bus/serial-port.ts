/** How a serial port is set. */
export interface SerialSettings {
  readonly path: string
  readonly baud: number
  readonly parity: 'none' | 'even' | 'odd'
  readonly bits: 7 | 8
  readonly stop: 1 | 2
}

/** Reads `serial:///dev/ttyUSB0?baud=9600&parity=none&bits=8&stop=1`. Undefined when the text is not one. */
export function readSerial(url: string): SerialSettings | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, hostname, pathname, searchParams } = new URL(url)
  if (protocol !== 'serial:' || hostname !== '' || !pathname.startsWith('/dev/')) return undefined
  const baud = Number(searchParams.get('baud') ?? '9600')
  const parity = searchParams.get('parity') ?? 'none'
  if (!Number.isInteger(baud) || baud < 1 || !isParity(parity)) return undefined
  return { path: pathname, baud, parity, bits: searchParams.get('bits') === '7' ? 7 : 8, stop: searchParams.get('stop') === '2' ? 2 : 1 }
}

/** Bits on the wire for each byte: start, data, parity and stop bits. */
export function bitsPerByte({ parity, bits, stop }: SerialSettings): number {
  return 1 + bits + (parity === 'none' ? 0 : 1) + stop
}

/** What `stty` is told: raw bytes, no echo, no flow control, no modem lines. */
export function sttyArguments({ path, baud, parity, bits, stop }: SerialSettings): readonly string[] {
  const parities = { none: ['-parenb'], even: ['parenb', '-parodd'], odd: ['parenb', 'parodd'] }
  const raw = ['raw', '-echo', '-echoe', '-echok', '-ixon', '-ixoff', '-crtscts', 'clocal', 'cread', 'min', '1', 'time', '0']
  return ['-F', path, String(baud), ...raw, `cs${bits}`, stop === 2 ? 'cstopb' : '-cstopb', ...parities[parity]]
}

function isParity(text: string): text is SerialSettings['parity'] {
  return text === 'none' || text === 'even' || text === 'odd'
}
