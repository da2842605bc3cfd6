import type { Protocol } from '../protocol.ts'
import { compileSparkplug } from './decode.ts'
import { explainSparkplug } from './explain.ts'
import { sparkplugRows } from './rows.ts'

/** Sparkplug B: metrics of industrial edge nodes, over MQTT. */
export const sparkplug: Protocol = {
  id: 'sparkplug',
  title: { en: 'Sparkplug B', zh: 'Sparkplug B' },
  channels: ['sparkplug'],
  compile: compileSparkplug,
  rows: sparkplugRows,
  explain: explainSparkplug,
}
