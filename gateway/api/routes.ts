import { withOpenApi } from './openapi.ts'
import type { ApiSources, SignInSources } from './options.ts'
import { accountRoutes } from './resources/account.ts'
import { attentionRoutes } from './resources/attention.ts'
import { auditRoutes } from './resources/audit.ts'
import { clockRoutes } from './resources/clocks.ts'
import { commandRoutes } from './resources/commands.ts'
import { completenessRoutes } from './resources/completeness.ts'
import { decodeRoutes } from './resources/decode.ts'
import { deviceFrameRoutes } from './resources/device-frames.ts'
import { deviceImportRoutes } from './resources/device-import.ts'
import { deviceUpkeepRoutes } from './resources/device-upkeep.ts'
import { deviceRoutes } from './resources/devices.ts'
import { dtuRoutes } from './resources/dtus.ts'
import { enrolmentRoutes } from './resources/enrolments.ts'
import { fleetRoutes } from './resources/fleets.ts'
import { healthRoutes } from './resources/health.ts'
import { identityRoutes } from './resources/identities.ts'
import { invitationRoutes } from './resources/invitations.ts'
import { kindRoutes } from './resources/kinds.ts'
import { labelRoutes } from './resources/labels.ts'
import { latestRoutes } from './resources/latest.ts'
import { lineRoutes } from './resources/lines.ts'
import { liveRoutes } from './resources/live.ts'
import { meterRoutes } from './resources/meters.ts'
import { modelBenchRoutes } from './resources/model-bench.ts'
import { modelRoutes } from './resources/models.ts'
import { operationRoutes } from './resources/operation.ts'
import { orgRoutes } from './resources/orgs.ts'
import { overviewRoutes } from './resources/overview.ts'
import { ownSecretRoutes } from './resources/own-secrets.ts'
import { peopleRoutes } from './resources/people.ts'
import { providerRoutes } from './resources/provider.ts'
import { readingRoutes } from './resources/readings.ts'
import { rejectedRoutes } from './resources/rejected.ts'
import { sessionRoutes, whoAsksRoutes } from './resources/session.ts'
import { siteRoutes } from './resources/sites.ts'
import { tokenRoutes } from './resources/tokens.ts'
import { trackRoutes } from './resources/tracks.ts'
import type { Route } from './route.ts'

function signInRoutes(signIn: SignInSources, access: ApiSources['access']): readonly Route[] {
  const sources = { ...signIn, access }
  const { provider } = signIn
  return [
    ...sessionRoutes(sources),
    ...(provider ? providerRoutes({ ...sources, provider }) : []),
    ...identityRoutes(sources),
    ...ownSecretRoutes(sources),
    ...invitationRoutes(sources),
    ...peopleRoutes(sources),
  ]
}

/** Every route of the API, in the order of its documentation. */
export function apiRoutes(sources: ApiSources): readonly Route[] {
  return withOpenApi([
    ...deviceRoutes(sources),
    ...deviceUpkeepRoutes(sources),
    ...deviceImportRoutes(sources),
    ...enrolmentRoutes(sources),
    ...labelRoutes(sources),
    ...latestRoutes(sources),
    ...readingRoutes(sources),
    ...liveRoutes(sources),
    ...trackRoutes(sources),
    ...overviewRoutes(sources),
    ...meterRoutes(sources),
    ...siteRoutes(sources),
    ...fleetRoutes(sources),
    ...accountRoutes(sources),
    ...rejectedRoutes(sources),
    ...clockRoutes(sources),
    ...attentionRoutes(sources),
    ...completenessRoutes(sources),
    ...deviceFrameRoutes(sources),
    ...decodeRoutes(sources),
    ...commandRoutes(sources),
    ...lineRoutes(sources),
    ...kindRoutes(sources),
    // Before those of a model by its id: `check` is none.
    ...modelBenchRoutes(sources),
    ...modelRoutes(sources),
    ...dtuRoutes(sources),
    ...whoAsksRoutes(sources),
    ...(sources.signIn ? signInRoutes(sources.signIn, sources.access) : []),
    ...orgRoutes(sources),
    ...tokenRoutes(sources),
    ...auditRoutes(sources),
    ...healthRoutes(sources),
    ...operationRoutes(sources),
  ])
}
