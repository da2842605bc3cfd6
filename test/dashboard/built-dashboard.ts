import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'

/** Builds the dashboard into a folder of its own, as `npm run build` would. */
export async function buildDashboard(): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'citygate-dashboard-'))
  await build({
    configFile: new URL('../../dashboard/vite.config.ts', import.meta.url).pathname,
    // Vitest sets NODE_ENV to test; what operators get is the production build.
    mode: 'production',
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  })
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
