import type { FieldDefinition, Title } from '../gateway/model/kind.ts'

const PERIODS: Readonly<Record<string, Title>> = {
  Minute: { en: 'minute mean', zh: '分钟均值' },
  Hour: { en: 'hour mean', zh: '小时均值' },
  Day: { en: 'day mean', zh: '日均值' },
}

/**
 * Fields for the means of a field over periods, which a station makes itself and which are about other times than what it measures now: `pm10Minute`, `pm10Hour`, `pm10Day`. Their event
 * time is the start of the period.
 */
export function meansOf(name: string, field: FieldDefinition, periods: readonly ('Minute' | 'Hour' | 'Day')[]): Record<string, FieldDefinition> {
  return Object.fromEntries(
    periods.map(period => {
      const title = PERIODS[period] ?? { en: period, zh: period }
      return [`${name}${period}`, { ...field, title: { en: `${field.title.en}, ${title.en}`, zh: `${field.title.zh}（${title.zh}）` } }]
    }),
  )
}
