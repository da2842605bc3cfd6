import { afterWakes } from '../line-bytes.ts'
import type { Protocol, Recognised } from '../protocol.ts'
import { dlt645Bus } from './bus.ts'
import { controlOf } from './control.ts'
import { compileDlt645 } from './decode.ts'
import { explainDlt645 } from './explain.ts'
import { nextPiece } from './frame.ts'
import { dlt645Rows } from './rows.ts'

/** DL/T 645-2007: China's electricity meters on a serial line. */
export const dlt645: Protocol = {
  id: 'dlt645',
  title: { en: 'DL/T 645 electricity meter', zh: 'DL/T 645 电能表' },
  channels: ['dlt645'],
  compile: compileDlt645,
  rows: dlt645Rows,
  explain: explainDlt645,
  bus: dlt645Bus,
  recognise,
}

function recognise(bytes: Uint8Array): Recognised | undefined {
  for (let from = 0; from < bytes.length; ) {
    const piece = nextPiece(bytes, from)
    if (piece.type === 'frame') {
      const { answers, title, old } = controlOf(piece.frame.control)
      const edition = old ? '1997' : '2007'
      const what = title ?? { en: 'another function', zh: '其他功能' }
      return {
        from: afterWakes(bytes, piece),
        to: piece.to,
        what: {
          en: `DL/T 645-${edition} ${answers ? 'answer' : 'request'}: ${what.en}`,
          zh: `DL/T 645-${edition} ${answers ? '应答' : '请求'}：${what.zh}`,
        },
        ...(answers && { sender: piece.frame.address }),
      }
    }
    from = piece.type === 'noise' ? piece.to : from + 1
  }
  return undefined
}
