import type { TerminalParameter } from './encode-platform.ts'
import { gbkText } from './gbk.ts'
import { u16, u32 } from './header.ts'

/** The parameters in the body of 0x0104 (2013 § 8.12): the serial number of the question, a count, then number, length and value of each. What is cut off is left out. */
export function readParameters(body: Uint8Array): TerminalParameter[] {
  const parameters: TerminalParameter[] = []
  for (let at = 3; at + 5 <= body.length; ) {
    const end = at + 5 + (body[at + 4] ?? 0)
    if (end > body.length) break
    parameters.push({ id: u32(body, at), value: body.slice(at + 5, end) })
    at = end
  }
  return parameters
}

/** What a terminal is, by its own account. */
export interface TerminalAttributes {
  /** Bits: 0 passenger coach, 1 dangerous goods, 2 lorry, 3 taxi, 6 disk recorder, 7 one piece or several. */
  readonly type: number
  readonly maker: string
  readonly model: string
  readonly terminalId: string
  /** The SIM card's number. */
  readonly iccid: string
  readonly hardware: string
  readonly firmware: string
}

/** The body of 0x0107 (2013 § 8.15; 2019 has wider fields). Undefined when it is too short. */
export function readAttributes(body: Uint8Array, versioned: boolean): TerminalAttributes | undefined {
  const [makerAt, modelAt, idAt, iccidAt, hardwareAt] = versioned ? [2, 7, 37, 67, 77] : [2, 7, 27, 34, 44]
  const hardwareEnd = hardwareAt + 1 + (body[hardwareAt] ?? 0)
  const firmwareEnd = hardwareEnd + 1 + (body[hardwareEnd] ?? 0)
  if (body.length < firmwareEnd) return undefined
  return {
    type: u16(body, 0),
    maker: gbkText(body.subarray(makerAt, modelAt)),
    model: gbkText(body.subarray(modelAt, idAt)),
    terminalId: gbkText(body.subarray(idAt, iccidAt)),
    iccid: Buffer.from(body.subarray(iccidAt, hardwareAt)).toString('hex'),
    hardware: gbkText(body.subarray(hardwareAt + 1, hardwareEnd)),
    firmware: gbkText(body.subarray(hardwareEnd + 1, firmwareEnd)),
  }
}
