import { defineKind } from '../define-kind.ts'
import { terminalFields } from '../vehicle-fields.ts'

/** A vehicle that is no bus: a taxi, a lorry, a street cleaner, as its terminal reports it. */
export const vehicle = defineKind({
  id: 'vehicle',
  title: { en: 'Vehicle', zh: '车辆' },
  moves: true,
  staleAfterSeconds: 120,
  fields: {
    speed: { unit: 'km/h', range: [0, 200], title: { en: 'Speed', zh: '速度' } },
    heading: { unit: '°', range: [0, 360], circular: true, title: { en: 'Heading', zh: '航向' } },
    odometer: { unit: 'km', range: [0, 5_000_000], counter: true, title: { en: 'Odometer', zh: '里程' } },
    /** By the driving recorder, from the wheels' pulses. */
    recorderSpeed: { unit: 'km/h', range: [0, 200], title: { en: 'Recorder speed', zh: '行驶记录仪速度' } },
    ...terminalFields,
    /** `empty`, `half` or `full`. */
    load: { type: 'string', title: { en: 'Load', zh: '载重状态' } },
    doorOpen: { type: 'boolean', title: { en: 'Door open', zh: '车门开启' } },
    doorLocked: { type: 'boolean', title: { en: 'Doors locked', zh: '车门加锁' } },
    oilCut: { type: 'boolean', title: { en: 'Oil line cut', zh: '油路断开' } },
    circuitCut: { type: 'boolean', title: { en: 'Circuit cut', zh: '电路断开' } },
    gnssFault: { type: 'boolean', alarm: true, title: { en: 'GNSS fault', zh: 'GNSS 故障' } },
    rollover: { type: 'boolean', alarm: true, title: { en: 'Rollover', zh: '侧翻' } },
    illegalMove: { type: 'boolean', alarm: true, title: { en: 'Illegal move', zh: '非法位移' } },
    carriageTemperature: { unit: '°C', range: [-50, 80], title: { en: 'Carriage temperature', zh: '车厢温度' } },
  },
})
