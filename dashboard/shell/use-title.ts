import { useEffect } from 'react'
import { useText } from '../i18n/language-provider.tsx'

/** The title of the browser's tab while a page is shown. Undefined: a part of the page tells it, and effects of parts run before those of the whole. */
export function useTitle(page: string | undefined): void {
  const text = useText()
  useEffect(() => {
    if (page !== undefined) document.title = `${page} · ${text.app.name}`
  }, [page, text])
}
