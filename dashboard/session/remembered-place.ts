const KEY = 'citygate.place'
/** Where people come back to from a provider: nobody wants to be there. */
export const providerPath = '/sign-in/provider'

type Page = Pick<Window, 'location' | 'sessionStorage'>

/** Keeps the address of the page that is left, for this tab. */
export function rememberPlace({ location, sessionStorage }: Page): void {
  if (location.pathname === providerPath) return
  try {
    sessionStorage.setItem(KEY, `${location.pathname}${location.search}${location.hash}`)
  } catch {
    // Nothing can be kept here: the start page will do.
  }
}

/** The page that was left, or the start page; never one of another site. */
export function rememberedPlace({ location, sessionStorage }: Page): string {
  let place: string | null = null
  try {
    place = sessionStorage.getItem(KEY)
  } catch {
    // As where nothing was kept.
  }
  const url = place !== null && URL.canParse(place, location.origin) ? new URL(place, location.origin) : undefined
  return url?.origin === location.origin ? `${url.pathname}${url.search}${url.hash}` : '/'
}
