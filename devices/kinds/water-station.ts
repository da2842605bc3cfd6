import { defineKind } from '../define-kind.ts'

const MILLIGRAMS = { unit: 'mg/L', range: [0, 1000] } as const

/** A station that measures the water of a river, or what a plant lets into it. */
export const waterStation = defineKind({
  id: 'water-station',
  title: { en: 'Water quality station', zh: '水质监测站' },
  moves: false,
  staleAfterSeconds: 900,
  fields: {
    ph: { range: [0, 14], title: { en: 'pH', zh: 'pH 值' } },
    temperature: { unit: '°C', range: [-5, 60], title: { en: 'Water temperature', zh: '水温' } },
    dissolvedOxygen: { unit: 'mg/L', range: [0, 30], title: { en: 'Dissolved oxygen', zh: '溶解氧' } },
    conductivity: { unit: 'µS/cm', range: [0, 100_000], title: { en: 'Conductivity', zh: '电导率' } },
    turbidity: { unit: 'NTU', range: [0, 4000], title: { en: 'Turbidity', zh: '浊度' } },
    permanganate: { ...MILLIGRAMS, title: { en: 'Permanganate index', zh: '高锰酸盐指数' } },
    chemicalOxygenDemand: { ...MILLIGRAMS, title: { en: 'Chemical oxygen demand', zh: '化学需氧量' } },
    ammonia: { ...MILLIGRAMS, title: { en: 'Ammonia nitrogen', zh: '氨氮' } },
    totalPhosphorus: { ...MILLIGRAMS, title: { en: 'Total phosphorus', zh: '总磷' } },
    totalNitrogen: { ...MILLIGRAMS, title: { en: 'Total nitrogen', zh: '总氮' } },
  },
})
