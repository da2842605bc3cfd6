/** What the page shows, as it stands behind the # of its address: browsers send that to no server, so no frame lands in a log. */
export interface FrameAddress {
  /** The frame as it was entered: hexadecimal, or the text of a text protocol. Empty: none yet. */
  readonly hex: string
  readonly text: string
  /** The place in the journal of a frame of the device, in the place of its bytes: those that hold a password are not for pages. */
  readonly offset: string
  /** Empty: recognised. */
  readonly protocol: string
  /** Empty: all of the protocol are tried. */
  readonly model: string
  /** Whose frames are listed beside it. Empty: nobody's. */
  readonly device: string
}

const KEYS = ['device', 'offset', 'protocol', 'model', 'hex', 'text'] as const

/** Reads what stands behind the #. */
export function addressFrom(hash: string): FrameAddress {
  const given = new URLSearchParams(hash.replace(/^#/, ''))
  const of = (key: (typeof KEYS)[number]): string => given.get(key) ?? ''
  return { hex: of('hex'), text: of('text'), offset: of('offset'), protocol: of('protocol'), model: of('model'), device: of('device') }
}

/** Writes it; what is empty is left out. */
export function hashOf(address: Partial<FrameAddress>): string {
  const parameters = new URLSearchParams()
  for (const key of KEYS) if (address[key]) parameters.set(key, address[key])
  const text = parameters.toString()
  return text ? `#${text}` : ''
}

/** What was entered, as bytes in hexadecimal where it can be read so, else as a text. */
export function entered(input: string): Pick<FrameAddress, 'hex' | 'text'> {
  const trimmed = input.trim()
  if (/^[\s:,;<>[\]\-0-9a-fA-FxX]*$/.test(trimmed)) return { hex: trimmed, text: '' }
  return { hex: '', text: trimmed }
}
