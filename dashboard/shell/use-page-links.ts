import { useLocation } from 'react-router'
import { queryText } from '../map/url-state.ts'
import { type Page, pageOf } from './pages.ts'

/** The page that is shown, and where links to the others lead: with the filter along, where both show the same devices. */
export function usePageLinks(): { readonly current: Page | undefined; readonly linkTo: (page: Page) => string } {
  const { pathname, search } = useLocation()
  const current = pageOf(pathname)
  return { current, linkTo: page => (page.filtered && current?.filtered ? `${page.path}${filterOf(search)}` : page.path) }
}

/** What pages have in common. How one of them sorts, or which field it shows, means nothing to another. */
const COMMON = ['kinds', 'states', 'org', 'route', 'district', 'q', 'bbox', 'at']

function filterOf(search: string): string {
  const given = new URLSearchParams(search)
  const parameters = new URLSearchParams()
  for (const name of COMMON) {
    const value = given.get(name)
    if (value) parameters.set(name, value)
  }
  return queryText(parameters)
}
