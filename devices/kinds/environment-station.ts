import { defineKind } from '../define-kind.ts'

const DUST = { unit: 'µg/m³', range: [0, 5000] } as const

/** What measures air, noise or weather by itself, from a rain gauge to a whole station; a construction site's station is a worksite. */
export const environmentStation = defineKind({
  id: 'environment-station',
  title: { en: 'Environment station', zh: '环境监测站' },
  moves: false,
  staleAfterSeconds: 300,
  fields: {
    temperature: { unit: '°C', range: [-50, 70], title: { en: 'Temperature', zh: '温度' } },
    humidity: { unit: '%', range: [0, 100], title: { en: 'Humidity', zh: '湿度' } },
    pressure: { unit: 'kPa', range: [50, 110], title: { en: 'Air pressure', zh: '大气压' } },
    windSpeed: { unit: 'm/s', range: [0, 80], title: { en: 'Wind speed', zh: '风速' } },
    /** Where the wind comes from. */
    windDirection: { unit: '°', range: [0, 360], circular: true, title: { en: 'Wind direction', zh: '风向' } },
    illuminance: { unit: 'lx', range: [0, 250_000], title: { en: 'Illuminance', zh: '光照度' } },
    rain: { unit: 'mm', range: [0, 100_000], counter: true, title: { en: 'Rain', zh: '累计雨量' } },
    raining: { type: 'boolean', title: { en: 'Raining', zh: '正在降雨' } },
    noise: { unit: 'dB(A)', range: [20, 140], title: { en: 'Noise', zh: '噪声' } },
    pm25: { ...DUST, title: { en: 'PM2.5', zh: 'PM2.5' } },
    pm10: { ...DUST, title: { en: 'PM10', zh: 'PM10' } },
    co2: { unit: 'ppm', range: [0, 50_000], title: { en: 'Carbon dioxide', zh: '二氧化碳' } },
    /** As a part of the sensor's own scale: no two makers' percents are the same. */
    voc: { unit: '%', range: [0, 100], title: { en: 'Volatile organic compounds', zh: '挥发性有机物' } },
  },
})
