import { useLocation } from 'react-router'
import { type Page, pageOf } from './pages.ts'

/** The page that is shown, and where links to the others lead: with the filter along, where both show the same devices. */
export function usePageLinks(): { readonly current: Page | undefined; readonly linkTo: (page: Page) => string } {
  const { pathname, search } = useLocation()
  const current = pageOf(pathname)
  return { current, linkTo: page => (page.filtered && current?.filtered ? `${page.path}${search}` : page.path) }
}
