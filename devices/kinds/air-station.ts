import { defineKind } from '../define-kind.ts'
import { meansOf } from '../period-means.ts'

const POLLUTANT = { unit: 'µg/m³', range: [0, 2000] } as const
const PM25 = { ...POLLUTANT, title: { en: 'PM2.5', zh: 'PM2.5' } } as const
const PM10 = { ...POLLUTANT, title: { en: 'PM10', zh: 'PM10' } } as const
const NO2 = { ...POLLUTANT, title: { en: 'Nitrogen dioxide', zh: '二氧化氮' } } as const
const SO2 = { ...POLLUTANT, title: { en: 'Sulphur dioxide', zh: '二氧化硫' } } as const
const O3 = { ...POLLUTANT, title: { en: 'Ozone', zh: '臭氧' } } as const
const CO = { unit: 'mg/m³', range: [0, 100], title: { en: 'Carbon monoxide', zh: '一氧化碳' } } as const
const TEMPERATURE = { unit: '°C', range: [-40, 60], title: { en: 'Temperature', zh: '温度' } } as const
const HUMIDITY = { unit: '%', range: [0, 100], title: { en: 'Humidity', zh: '湿度' } } as const
const PRESSURE = { unit: 'kPa', range: [60, 110], title: { en: 'Air pressure', zh: '大气压' } } as const
const WIND_SPEED = { unit: 'm/s', range: [0, 60], title: { en: 'Wind speed', zh: '风速' } } as const
/** Where the wind comes from. */
const WIND_DIRECTION = { unit: '°', range: [0, 360], circular: true, title: { en: 'Wind direction', zh: '风向' } } as const

/** A station that measures the air of a quarter: the six pollutants of the air quality index (GB 3095) and the weather. */
export const airStation = defineKind({
  id: 'air-station',
  title: { en: 'Air quality station', zh: '空气质量监测站' },
  moves: false,
  staleAfterSeconds: 300,
  fields: {
    pm25: PM25,
    pm10: PM10,
    no2: NO2,
    so2: SO2,
    o3: O3,
    co: CO,
    temperature: TEMPERATURE,
    humidity: HUMIDITY,
    pressure: PRESSURE,
    windSpeed: WIND_SPEED,
    windDirection: WIND_DIRECTION,
    ...meansOf('pm25', PM25, ['Minute', 'Hour', 'Day']),
    ...meansOf('pm10', PM10, ['Minute', 'Hour', 'Day']),
    ...meansOf('no2', NO2, ['Minute', 'Hour', 'Day']),
    ...meansOf('so2', SO2, ['Minute', 'Hour', 'Day']),
    ...meansOf('o3', O3, ['Minute', 'Hour', 'Day']),
    ...meansOf('co', CO, ['Minute', 'Hour', 'Day']),
    ...meansOf('temperature', TEMPERATURE, ['Minute']),
    ...meansOf('humidity', HUMIDITY, ['Minute']),
    ...meansOf('pressure', PRESSURE, ['Minute']),
    ...meansOf('windSpeed', WIND_SPEED, ['Minute']),
    ...meansOf('windDirection', WIND_DIRECTION, ['Minute']),
  },
})
