import { useMemo } from 'react'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'

/** Lengths, areas and days as the map's tools write them. */
export interface MapFormat {
  readonly metres: (value: number) => string
  readonly squareMetres: (value: number) => string
  /** Weekday, day, month and year in the city's time zone. */
  readonly longDay: (ms: number) => string
}

/** From here on in kilometres. */
const KILOMETRE = 1_000
/** From here on in square kilometres; a district's park is still in square metres. */
const MANY_SQUARE_METRES = 100_000

export function makeMapFormat(locale: string, timeZone: string): MapFormat {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const fine = new Intl.NumberFormat(locale, { maximumSignificantDigits: 4 })
  const day = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone })
  return {
    metres: value => (value < KILOMETRE ? `${whole.format(value)} m` : `${fine.format(value / KILOMETRE)} km`),
    squareMetres: value => (value < MANY_SQUARE_METRES ? `${whole.format(value)} m²` : `${fine.format(value / KILOMETRE ** 2)} km²`),
    longDay: ms => day.format(ms),
  }
}

export function useMapFormat(): MapFormat {
  const { locale } = useLanguage()
  const { timeZone } = useFormat()
  return useMemo(() => makeMapFormat(locale, timeZone), [locale, timeZone])
}
