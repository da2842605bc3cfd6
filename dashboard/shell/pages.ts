import type { Catalogue } from '../i18n/catalogue.ts'
import { administersAll, administersAny, maintainsAny } from '../session/rights.ts'
import type { SessionAnswer } from '../session/session-types.ts'
import type { IconName } from '../theme/icon.tsx'

/** What a page is for: watching the city, looking after the gateway, or saying who may do what. */
export type PageGroup = 'watch' | 'engineer' | 'administer'

export interface Page {
  readonly path: string
  readonly key: keyof Catalogue['pages']
  readonly icon: IconName
  readonly group: PageGroup
  /** Pages that show the same devices keep the filter of the address when one leads to the other. */
  readonly filtered?: true
  /** Who finds it in the navigation; everybody, where it says nothing. What is answered is decided by the gateway. */
  readonly for?: (session: SessionAnswer | undefined) => boolean
}

/** The pages of the navigation, in their order. */
const pages: readonly Page[] = [
  { path: '/', key: 'map', icon: 'map', group: 'watch', filtered: true },
  { path: '/overview', key: 'overview', icon: 'sunrise', group: 'watch' },
  { path: '/devices', key: 'devices', icon: 'list', group: 'watch', filtered: true },
  { path: '/meters', key: 'meters', icon: 'meter', group: 'watch', filtered: true },
  { path: '/worksites', key: 'worksites', icon: 'crane', group: 'watch', filtered: true },
  { path: '/fleets', key: 'fleets', icon: 'bus', group: 'watch', filtered: true },
  { path: '/enrolment', key: 'enrolment', icon: 'enrol', group: 'engineer', for: maintainsAny },
  { path: '/replay', key: 'replay', icon: 'replay', group: 'watch' },
  { path: '/frames', key: 'frames', icon: 'bytes', group: 'engineer' },
  { path: '/rejected', key: 'rejected', icon: 'rejected', group: 'engineer' },
  { path: '/lines', key: 'lines', icon: 'plug', group: 'engineer', for: maintainsAny },
  { path: '/models', key: 'models', icon: 'model', group: 'engineer', for: maintainsAny },
  { path: '/status', key: 'status', icon: 'pulse', group: 'engineer' },
  { path: '/people', key: 'people', icon: 'people', group: 'administer', for: administersAny },
  { path: '/organisations', key: 'organisations', icon: 'organisation', group: 'administer', for: administersAll },
  { path: '/tokens', key: 'tokens', icon: 'key', group: 'administer', for: administersAny },
  { path: '/audit', key: 'audit', icon: 'book', group: 'administer', for: administersAny },
]
const groups: readonly PageGroup[] = ['watch', 'engineer', 'administer']

/** The pages for whoever is signed in, by what they are for; a group without one is left out. */
export function pageGroups(session: SessionAnswer | undefined): readonly { readonly group: PageGroup; readonly pages: readonly Page[] }[] {
  const shown = pages.filter(page => page.for?.(session) ?? true)
  return groups.map(group => ({ group, pages: shown.filter(page => page.group === group) })).filter(entry => entry.pages.length > 0)
}

/** The page an address belongs to. A device's panel is open on the map; whatever lies deeper belongs to the page above it. */
export function pageOf(pathname: string): Page | undefined {
  if (/^\/devices\/[^/]+\/?$/.test(pathname)) return pages[0]
  const fitting = pages.filter(({ path }) => pathname === path || (path !== '/' && pathname.startsWith(`${path}/`)))
  return fitting.sort((a, b) => b.path.length - a.path.length)[0]
}
