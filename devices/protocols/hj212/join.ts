import type { Packet } from './packet.ts'

/** What one message says, of one packet or of several. */
export interface Message {
  readonly cn: string
  readonly qn: string | undefined
  /** Data of its packets, in the order of their numbers. */
  readonly data: readonly string[]
  /** Packets it has, and which of them are there. */
  readonly parts: number
  readonly present: number
}

/**
 * Joins packets that are parts of one message (HJ 212-2017 § 6.3.2, table 3: PNUM and PNO): packets of one command, one count and one DataTime, each number once. A part that repeats the time is
 * complete in itself, so that a message of which parts are missing still says what it says.
 */
export function joinPackets(packets: readonly Packet[]): Message[] {
  const open: { readonly key: string; readonly parts: Packet[] }[] = []
  for (const packet of packets) {
    const key = packet.pnum > 1 ? keyOf(packet) : ''
    const there = key === '' ? undefined : open.find(each => fits(each, key, packet))
    if (there) there.parts.push(packet)
    else open.push({ key, parts: [packet] })
  }
  return open.map(({ parts }) => {
    const [first] = parts
    const inOrder = parts.toSorted((a, b) => a.pno - b.pno)
    return { cn: first?.cn ?? '', qn: first?.qn, data: inOrder.map(({ cp }) => cp), parts: first?.pnum ?? 1, present: parts.length }
  })
}

/** `DataTime` of a packet's data; empty when it has none. */
export function dataTimeOf(cp: string): string {
  return /(?:^|;)DataTime=([^;,]*)/.exec(cp)?.[1] ?? ''
}

function keyOf({ mn, cn, pnum, cp }: Packet): string {
  return `${mn} ${cn} ${pnum} ${dataTimeOf(cp)}`
}

function fits(open: { readonly key: string; readonly parts: readonly Packet[] }, key: string, { mn, cn, pnum, pno, cp }: Packet): boolean {
  if (open.parts.some(part => part.pno === pno)) return false
  // A part may leave the time out, once another has said it.
  return open.key === key || (dataTimeOf(cp) === '' && open.key.startsWith(`${mn} ${cn} ${pnum} `))
}
