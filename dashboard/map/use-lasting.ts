import { useEffect, useState } from 'react'

/** True once a condition has held for some milliseconds; false as soon as it no longer does. */
export function useLasting(condition: boolean, forMs: number): boolean {
  const [lasts, setLasts] = useState(false)
  useEffect(() => {
    if (!condition) return
    const timer = setTimeout(() => setLasts(true), forMs)
    return () => {
      clearTimeout(timer)
      setLasts(false)
    }
  }, [condition, forMs])
  return condition && lasts
}
