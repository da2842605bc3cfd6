import { defineKind } from '../define-kind.ts'

/** A probe in the soil of a park, a verge or a slope. */
export const soilSensor = defineKind({
  id: 'soil-sensor',
  title: { en: 'Soil sensor', zh: '土壤传感器' },
  moves: false,
  staleAfterSeconds: 1800,
  fields: {
    moisture: { unit: '%', range: [0, 100], title: { en: 'Soil moisture', zh: '土壤含水率' } },
    temperature: { unit: '°C', range: [-40, 80], title: { en: 'Soil temperature', zh: '土壤温度' } },
    conductivity: { unit: 'µS/cm', range: [0, 20_000], title: { en: 'Conductivity', zh: '土壤电导率' } },
    acidity: { unit: 'pH', range: [0, 14], title: { en: 'Acidity', zh: '土壤酸碱度' } },
  },
})
