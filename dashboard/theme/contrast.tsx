import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { browserStorage } from '../i18n/language.ts'

const KEY = 'citygate.contrast'

interface ContrastValue {
  readonly high: boolean
  readonly choose: (high: boolean) => void
}

const ContrastContext = createContext<ContrastValue | undefined>(undefined)

/** Whether the page is shown in high contrast: as chosen before, else as the system wants it. The colours are in contrast.css. */
export function ContrastProvider({ children }: { readonly children: ReactNode }) {
  const [high, setHigh] = useState(() => {
    const chosen = browserStorage()?.getItem(KEY)
    return chosen === null || chosen === undefined ? window.matchMedia('(prefers-contrast: more)').matches : chosen === 'high'
  })
  useEffect(() => {
    document.documentElement.dataset.contrast = high ? 'high' : 'usual'
  }, [high])
  const value = useMemo<ContrastValue>(
    () => ({
      high,
      choose: next => {
        setHigh(next)
        try {
          browserStorage()?.setItem(KEY, next ? 'high' : 'usual')
        } catch {
          // Storage is full or forbidden: the choice holds until the page is closed.
        }
      },
    }),
    [high],
  )
  return <ContrastContext value={value}>{children}</ContrastContext>
}

/** Whether the page is in high contrast, and how to change it. */
export function useContrast(): ContrastValue {
  const value = useContext(ContrastContext)
  if (!value) throw new Error('useContrast must be used inside ContrastProvider')
  return value
}
