import { type RefObject, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import type { MapSettings } from '../api/types.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import type { Scheme } from '../theme/tokens.ts'
import { type BaseMap, chooseBaseMap } from './base-map.ts'
import type { BaseLook } from './base-style.ts'

interface Living {
  start(): void
  stop(): void
}

/**
 * A map in an element of the page, from when its base map is chosen until the element goes.
 *
 * @param create Makes the map; it is started here. Later settings and creators are not looked at: maps take over changes themselves.
 * @param onMap Is told the map when it has started, and undefined before it stops.
 */
export function useMap<M extends Living>(
  settings: MapSettings,
  create: (container: HTMLElement, base: BaseMap) => M,
  onMap?: (map: M | undefined) => void,
): { readonly container: RefObject<HTMLDivElement | null>; readonly map: M | undefined } {
  const container = useRef<HTMLDivElement>(null)
  const [map, setMap] = useState<M>()
  const choose = useEffectEvent(() => chooseBaseMap(settings))
  const make = useEffectEvent(create)
  const tell = useEffectEvent((told: M | undefined) => onMap?.(told))
  useEffect(() => {
    let created: M | undefined
    let left = false
    const begin = async () => {
      const base = await choose()
      if (left || !container.current) return
      created = make(container.current, base)
      created.start()
      setMap(created)
      tell(created)
    }
    void begin()
    return () => {
      left = true
      tell(undefined)
      created?.stop()
    }
  }, [])
  return { container, map }
}

/** How a base map is drawn: the same object as long as nothing of it changed. */
export function useBaseLook(scheme: Scheme): BaseLook {
  const { text, language } = useLanguage()
  const { attribution } = text.map
  return useMemo(() => ({ scheme, language, attribution }), [scheme, language, attribution])
}
