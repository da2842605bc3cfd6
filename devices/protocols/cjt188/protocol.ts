import { afterWakes } from '../line-bytes.ts'
import type { Protocol, Recognised } from '../protocol.ts'
import { cjt188Bus } from './bus.ts'
import { controlOf, typeTitle } from './control.ts'
import { compileCjt188 } from './decode.ts'
import { explainCjt188 } from './explain.ts'
import { nextPiece } from './frame.ts'
import { cjt188Rows } from './rows.ts'

/** CJ/T 188: China's water, gas and heat meters on a serial line. */
export const cjt188: Protocol = {
  id: 'cjt188',
  title: { en: 'CJ/T 188 water, gas or heat meter', zh: 'CJ/T 188 户用计量仪表' },
  channels: ['cjt188'],
  compile: compileCjt188,
  rows: cjt188Rows,
  explain: explainCjt188,
  bus: cjt188Bus,
  recognise,
}

function recognise(bytes: Uint8Array): Recognised | undefined {
  for (let from = 0; from < bytes.length; ) {
    const piece = nextPiece(bytes, from)
    if (piece.type === 'frame') {
      const { answers, title } = controlOf(piece.frame.control)
      const type = typeTitle(piece.frame.type)
      const what = title ?? { en: 'another function', zh: '其他功能' }
      return {
        from: afterWakes(bytes, piece),
        to: piece.to,
        what: {
          en: `CJ/T 188 ${answers ? 'answer' : 'request'} (${type.en}): ${what.en}`,
          zh: `CJ/T 188 ${answers ? '应答' : '请求'}（${type.zh}）：${what.zh}`,
        },
        ...(answers && { sender: piece.frame.address }),
      }
    }
    from = piece.type === 'noise' ? piece.to : from + 1
  }
  return undefined
}
