import { withOpenApi } from './openapi.ts'
import type { ApiSources } from './options.ts'
import { accountRoutes } from './resources/account.ts'
import { auditRoutes } from './resources/audit.ts'
import { clockRoutes } from './resources/clocks.ts'
import { commandRoutes } from './resources/commands.ts'
import { decodeRoutes } from './resources/decode.ts'
import { deviceFrameRoutes } from './resources/device-frames.ts'
import { deviceImportRoutes } from './resources/device-import.ts'
import { deviceUpkeepRoutes } from './resources/device-upkeep.ts'
import { deviceRoutes } from './resources/devices.ts'
import { dtuRoutes } from './resources/dtus.ts'
import { healthRoutes } from './resources/health.ts'
import { kindRoutes } from './resources/kinds.ts'
import { latestRoutes } from './resources/latest.ts'
import { lineRoutes } from './resources/lines.ts'
import { liveRoutes } from './resources/live.ts'
import { modelRoutes } from './resources/models.ts'
import { operationRoutes } from './resources/operation.ts'
import { overviewRoutes } from './resources/overview.ts'
import { readingRoutes } from './resources/readings.ts'
import { rejectedRoutes } from './resources/rejected.ts'
import type { Route } from './route.ts'

/** Every route of the API, in the order of its documentation. */
export function apiRoutes(sources: ApiSources): readonly Route[] {
  return withOpenApi([
    ...deviceRoutes(sources),
    ...deviceUpkeepRoutes(sources),
    ...deviceImportRoutes(sources),
    ...latestRoutes(sources),
    ...readingRoutes(sources),
    ...liveRoutes(sources),
    ...overviewRoutes(sources),
    ...accountRoutes(sources),
    ...rejectedRoutes(sources),
    ...clockRoutes(sources),
    ...deviceFrameRoutes(sources),
    ...decodeRoutes(sources),
    ...commandRoutes(sources),
    ...lineRoutes(sources),
    ...kindRoutes(sources),
    ...modelRoutes(sources),
    ...dtuRoutes(sources),
    ...auditRoutes(sources),
    ...healthRoutes(sources),
    ...operationRoutes(sources),
  ])
}
