import type { Recognised } from '../protocol.ts'
import { FLAG, LONGEST_FRAME } from './frame.ts'
import { readMessage } from './message.ts'
import { messageName } from './message-names.ts'

/** The first frame that is whole and sound, in whatever came. */
export function recogniseJt808(bytes: Uint8Array): Recognised | undefined {
  let from = bytes.indexOf(FLAG)
  while (from >= 0) {
    const end = bytes.indexOf(FLAG, from + 1)
    if (end < 0) return undefined
    if (end - from < LONGEST_FRAME) {
      const message = readMessage(bytes.subarray(from, end + 1))
      if (message.ok) {
        const { messageId, phone } = message.header
        const { en, zh } = messageName(messageId)
        return { from, to: end + 1, what: { en: `JT/T 808 ${en}`, zh: `JT/T 808 ${zh}` }, sender: phone }
      }
    }
    // Its closing flag may be the next one's opening flag.
    from = end
  }
  return undefined
}
