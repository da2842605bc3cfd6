import { type RefObject, useEffect, useState } from 'react'

/** Rows drawn above and below what is seen, so that scrolling shows no white. */
const MARGIN = 8

/** Which rows of a long table are in sight of the box that scrolls: from `first` (included) to `last` (excluded). */
export function useVisibleRows(box: RefObject<HTMLElement | null>, count: number, rowHeight: number): { readonly first: number; readonly last: number } {
  const [range, setRange] = useState({ first: 0, last: 30 })
  useEffect(() => {
    const element = box.current
    if (!element) return
    const look = () => {
      const first = Math.max(0, Math.floor(element.scrollTop / rowHeight) - MARGIN)
      const last = Math.ceil((element.scrollTop + element.clientHeight) / rowHeight) + MARGIN
      setRange(before => (before.first === first && before.last === last ? before : { first, last }))
    }
    look()
    const observer = new ResizeObserver(look)
    observer.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [box, rowHeight])
  return { first: Math.min(range.first, Math.max(0, count - 1)), last: Math.min(range.last, count) }
}
