import type { Span } from '../../../gateway/model/masked.ts'
import { textOf } from './packet.ts'

/** Longer ones are masked too, this far: table 3 gives PW at most nine characters. */
const LONGEST = 64
const MOST = 10_000

/** Where passwords stand: the values of `PW` and of names that end with it (`NewPW` of CN 1072), in whole packets and in broken ones. */
export function passwordsIn(payload: Uint8Array): Span[] {
  const text = textOf(payload, 0, payload.length)
  const spans: Span[] = []
  for (let at = text.indexOf('PW='); at >= 0 && spans.length < MOST; at = text.indexOf('PW=', at + 3)) {
    const from = at + 3
    const length = text.slice(from, from + LONGEST).search(/[;,&\r\n]/)
    spans.push({ from, to: length < 0 ? Math.min(from + LONGEST, text.length) : from + length })
  }
  return spans.filter(({ from, to }) => to > from)
}
