import type { Protocol } from '../protocol.ts'
import { modbusBus } from './bus.ts'
import { compileModbus } from './decode.ts'
import { explainModbus } from './explain.ts'
import { mappingSchema } from './mapping-schema.ts'
import { recogniseModbus } from './recognise.ts'
import { reviewModbus } from './review.ts'
import { modbusRows } from './rows.ts'

/** Modbus reads: RTU request and answer ADUs, as a transparent DTU carries them or the gateway's own poller writes them down. */
export const modbus: Protocol = {
  id: 'modbus',
  title: { en: 'Modbus', zh: 'Modbus' },
  channels: ['modbus'],
  compile: compileModbus,
  mapping: mappingSchema,
  rows: modbusRows,
  review: reviewModbus,
  explain: explainModbus,
  bus: modbusBus,
  recognise: recogniseModbus,
}
