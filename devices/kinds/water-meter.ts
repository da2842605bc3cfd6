import { defineKind } from '../define-kind.ts'

/** A water meter: mechanical with a transmitter, or ultrasonic. */
export const waterMeter = defineKind({
  id: 'water-meter',
  title: { en: 'Water meter', zh: '水表' },
  moves: false,
  staleAfterSeconds: 300,
  fields: {
    /** Negative: flows backwards. */
    flow: { unit: 'm³/h', range: [-10_000, 10_000], title: { en: 'Flow', zh: '瞬时流量' } },
    total: { unit: 'm³', range: [0, 1_000_000_000], counter: true, title: { en: 'Total volume', zh: '累计流量' } },
    velocity: { unit: 'm/s', range: [-20, 20], title: { en: 'Velocity', zh: '流速' } },
    temperature: { unit: '°C', range: [-20, 120], title: { en: 'Water temperature', zh: '水温' } },
    pressure: { unit: 'MPa', range: [0, 4], title: { en: 'Pressure', zh: '水压' } },
    /** Of an ultrasonic meter's echo: below about 60 its flow is not to be trusted. */
    signalQuality: { unit: '%', range: [0, 100], title: { en: 'Signal quality', zh: '信号质量' } },
    valveOpen: { type: 'boolean', title: { en: 'Valve open', zh: '阀门开启' } },
    batteryLow: { type: 'boolean', title: { en: 'Battery low', zh: '电池欠压' } },
  },
})
