import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { useSettings } from '../api/queries.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import { useServices } from '../services.tsx'
import { type Format, makeFormat } from './format.ts'

interface FormatValue extends Format {
  /** IANA name of the city's time zone. */
  readonly timeZone: string
}

const FormatContext = createContext<FormatValue | undefined>(undefined)

/** Gives the page its formats: the language's, in the city's time zone; in the browser's own until the gateway has told it. */
export function FormatProvider({ children }: { readonly children: ReactNode }) {
  const { locale } = useLanguage()
  const timeZone = useSettings().data?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const value = useMemo(() => ({ ...makeFormat(locale, timeZone), timeZone }), [locale, timeZone])
  return <FormatContext value={value}>{children}</FormatContext>
}

/** Formats of the page. */
export function useFormat(): FormatValue {
  const value = useContext(FormatContext)
  if (!value) throw new Error('useFormat must be used inside FormatProvider')
  return value
}

/** The gateway's clock, ticking once a second: ages stay true while nothing else happens. */
export function useGatewayNow(): number {
  const { clock } = useServices()
  const [now, setNow] = useState(() => clock.now())
  useEffect(() => {
    const tick = setInterval(() => setNow(clock.now()), 1_000)
    return () => clearInterval(tick)
  }, [clock])
  return now
}
