import { defineKind } from '../define-kind.ts'

const CUBIC_METRES = { unit: 'm³', range: [0, 1_000_000_000], counter: true } as const
const CUBIC_METRES_AN_HOUR = { unit: 'm³/h', range: [0, 100_000] } as const

/** A gas meter: a domestic one counts what flows through it, one with a volume corrector also says what that is at base conditions. */
export const gasMeter = defineKind({
  id: 'gas-meter',
  title: { en: 'Gas meter', zh: '燃气表' },
  moves: false,
  // Domestic gas meters run on a battery and report seldom.
  staleAfterSeconds: 3600,
  fields: {
    /** At base conditions where the meter corrects, as measured where it does not. */
    total: { ...CUBIC_METRES, title: { en: 'Total volume', zh: '累计用气量' } },
    flow: { ...CUBIC_METRES_AN_HOUR, title: { en: 'Flow', zh: '瞬时流量' } },
    /** At the pressure and temperature in the pipe. */
    totalUncorrected: { ...CUBIC_METRES, title: { en: 'Total volume, uncorrected', zh: '工况累计量' } },
    flowUncorrected: { ...CUBIC_METRES_AN_HOUR, title: { en: 'Flow, uncorrected', zh: '工况流量' } },
    temperature: { unit: '°C', range: [-40, 80], title: { en: 'Gas temperature', zh: '燃气温度' } },
    /** Absolute. */
    pressure: { unit: 'kPa', range: [50, 10_000], title: { en: 'Gas pressure', zh: '燃气压力' } },
    valveOpen: { type: 'boolean', title: { en: 'Valve open', zh: '阀门开启' } },
    batteryLow: { type: 'boolean', title: { en: 'Battery low', zh: '电池欠压' } },
  },
})
