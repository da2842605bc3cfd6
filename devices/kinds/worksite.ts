import { defineKind } from '../define-kind.ts'
import { meansOf } from '../period-means.ts'

const DUST = { unit: 'µg/m³', range: [0, 5000] } as const
const PM25 = { ...DUST, title: { en: 'PM2.5', zh: 'PM2.5' } } as const
const PM10 = { ...DUST, title: { en: 'PM10', zh: 'PM10' } } as const
const TSP = { ...DUST, title: { en: 'Total suspended particles', zh: '总悬浮颗粒物' } } as const
const NOISE = { unit: 'dB(A)', range: [20, 140], title: { en: 'Noise', zh: '噪声' } } as const

/** A construction site's station: dust, noise, weather, and the tower crane if there is one. */
export const worksite = defineKind({
  id: 'worksite',
  title: { en: 'Construction site', zh: '建筑工地' },
  moves: false,
  staleAfterSeconds: 180,
  fields: {
    pm25: PM25,
    pm10: PM10,
    tsp: TSP,
    noise: NOISE,
    windSpeed: { unit: 'm/s', range: [0, 60], title: { en: 'Wind speed', zh: '风速' } },
    /** Where the wind comes from. */
    windDirection: { unit: '°', range: [0, 360], circular: true, title: { en: 'Wind direction', zh: '风向' } },
    temperature: { unit: '°C', range: [-40, 60], title: { en: 'Temperature', zh: '温度' } },
    humidity: { unit: '%', range: [0, 100], title: { en: 'Humidity', zh: '湿度' } },
    pressure: { unit: 'kPa', range: [80, 110], title: { en: 'Air pressure', zh: '大气压' } },
    illuminance: { unit: 'lx', range: [0, 200_000], title: { en: 'Illuminance', zh: '光照度' } },
    rain: { unit: 'mm', range: [0, 10_000], counter: true, title: { en: 'Rain', zh: '累计雨量' } },
    craneLoad: { unit: 't', range: [0, 200], title: { en: 'Crane load', zh: '塔吊吊重' } },
    craneMoment: { unit: '%', range: [0, 150], title: { en: 'Crane load moment', zh: '塔吊力矩' } },
    ...meansOf('pm25', PM25, ['Minute', 'Hour', 'Day']),
    ...meansOf('pm10', PM10, ['Minute', 'Hour', 'Day']),
    ...meansOf('tsp', TSP, ['Minute', 'Hour', 'Day']),
    ...meansOf('noise', NOISE, ['Minute', 'Hour', 'Day']),
  },
})
