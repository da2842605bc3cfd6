import { createContext, type ReactNode, useContext } from 'react'
import { ApiClient } from './api/api-client.ts'
import { TokenKeeper } from './api/token-keeper.ts'
import type { LiveAnswer, Overview, TicketAnswer } from './api/types.ts'
import { GatewayClock } from './live/gateway-clock.ts'
import { LiveFeed } from './live/live-feed.ts'
import { mqttOpener, type Ticket } from './live/live-socket.ts'
import { Marks } from './live/marks.ts'
import { bboxText, snapshotFrom } from './live/snapshot.ts'

/** What the page's components talk to. */
export interface Services {
  readonly api: ApiClient
  readonly tokens: TokenKeeper
  readonly marks: Marks
  readonly clock: GatewayClock
  readonly feed: LiveFeed
}

/** Puts the page's services together: the one place that reaches for the browser's clock, storage and network. */
export function createServices(): Services {
  const tokens = new TokenKeeper({ storage: sessionStorageOf(window) })
  const api = new ApiClient({ tokens, fetch: (input, init) => window.fetch(input, init) })
  const marks = new Marks({ now: () => performance.now() })
  const clock = new GatewayClock({ now: () => Date.now() })
  const feed = new LiveFeed({
    marks,
    clock,
    now: () => Date.now(),
    random: Math.random,
    snapshot: async (bounds, signal) => snapshotFrom(await api.get<LiveAnswer>('/live', { bbox: bboxText(bounds) }, signal)),
    open: mqttOpener({ url: brokerUrl(window.location), ticket: () => signIn(api, tokens) }),
  })
  return { api, tokens, marks, clock, feed }
}

/** On the gateway's own machine a ticket for all organisations; elsewhere the entered token, which hears its own organisation. */
async function signIn(api: ApiClient, tokens: TokenKeeper): Promise<Ticket> {
  if (tokens.token === undefined) {
    const { username, password } = await api.post<TicketAnswer>('/live/tickets')
    return { username, password, org: '+' }
  }
  const { orgs } = await api.get<Overview>('/overview')
  return { username: 'token', password: tokens.token, org: orgs[0]?.org ?? '+' }
}

function brokerUrl(location: Location): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/mqtt`
}

function sessionStorageOf(page: Window): Storage | undefined {
  try {
    return page.sessionStorage
  } catch {
    return undefined
  }
}

const ServicesContext = createContext<Services | undefined>(undefined)

export function ServicesProvider({ services, children }: { readonly services: Services; readonly children: ReactNode }) {
  return <ServicesContext value={services}>{children}</ServicesContext>
}

/** The page's services. */
export function useServices(): Services {
  const services = useContext(ServicesContext)
  if (!services) throw new Error('useServices must be used inside ServicesProvider')
  return services
}
