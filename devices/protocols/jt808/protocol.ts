import type { Protocol } from '../protocol.ts'
import { compileJt808 } from './decode.ts'
import { explainJt808 } from './explain.ts'
import { recogniseJt808 } from './recognise.ts'
import { jt808Rows } from './rows.ts'

/** JT/T 808: vehicle terminals over TCP, editions 2011, 2013 and 2019. A payload is a frame as it came, or the frames of all parts of one message. */
export const jt808: Protocol = {
  id: 'jt808',
  title: { en: 'JT/T 808', zh: 'JT/T 808 道路运输车辆卫星定位系统' },
  channels: ['jt808'],
  compile: compileJt808,
  rows: jt808Rows,
  explain: explainJt808,
  recognise: recogniseJt808,
}
