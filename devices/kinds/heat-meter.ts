import { defineKind } from '../define-kind.ts'

const CELSIUS = { unit: '°C', range: [-20, 200] } as const
const KILOWATT_HOURS = { unit: 'kWh', range: [0, 10_000_000_000], counter: true } as const

/** A heat or cooling meter: a flow sensor and two thermometers. */
export const heatMeter = defineKind({
  id: 'heat-meter',
  title: { en: 'Heat meter', zh: '热量表' },
  moves: false,
  staleAfterSeconds: 3600,
  fields: {
    heatEnergy: { ...KILOWATT_HOURS, title: { en: 'Heat energy', zh: '累计热量' } },
    coolingEnergy: { ...KILOWATT_HOURS, title: { en: 'Cooling energy', zh: '累计冷量' } },
    /** Negative while it cools. */
    power: { unit: 'kW', range: [-100_000, 100_000], title: { en: 'Power', zh: '热功率' } },
    volume: { unit: 'm³', range: [0, 1_000_000_000], counter: true, title: { en: 'Volume', zh: '累计流量' } },
    flow: { unit: 'm³/h', range: [-10_000, 10_000], title: { en: 'Flow', zh: '瞬时流量' } },
    flowTemperature: { ...CELSIUS, title: { en: 'Flow temperature', zh: '供水温度' } },
    returnTemperature: { ...CELSIUS, title: { en: 'Return temperature', zh: '回水温度' } },
    temperatureDifference: { unit: 'K', range: [-150, 150], title: { en: 'Temperature difference', zh: '供回水温差' } },
    hours: { unit: 'h', range: [0, 1_000_000], counter: true, title: { en: 'Operating hours', zh: '工作时间' } },
  },
})
