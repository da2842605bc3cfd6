import { useEffect } from 'react'
import { useText } from '../i18n/language-provider.tsx'

/** The title of the browser's tab while a page is shown. */
export function useTitle(page: string | undefined): void {
  const text = useText()
  useEffect(() => {
    document.title = page ? `${page} · ${text.app.name}` : text.app.name
  }, [page, text])
}
