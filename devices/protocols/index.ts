import { cjt188 } from './cjt188/protocol.ts'
import { dlt645 } from './dlt645/protocol.ts'
import { hj212 } from './hj212/protocol.ts'
import { jt808 } from './jt808/protocol.ts'
import { modbus } from './modbus/protocol.ts'
import type { Protocol } from './protocol.ts'
import { sparkplug } from './sparkplug/protocol.ts'
import { telemetry } from './telemetry/protocol.ts'

/** Every protocol the gateway speaks. A new one is its folder and one line here. */
export const protocols: readonly Protocol[] = [telemetry, modbus, hj212, jt808, dlt645, cjt188, sparkplug]
