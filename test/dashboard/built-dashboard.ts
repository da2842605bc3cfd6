import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { glob, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'

const ROOT = new URL('../../', import.meta.url).pathname

/** Builds the dashboard as `npm run build:dashboard` would, into a folder named by what it is made of: of several tests the first builds it, and the next run of the same sources finds it. */
export async function buildDashboard(): Promise<{ readonly folder: string }> {
  const folder = join(tmpdir(), `citygate-dashboard-${await sourcesHash()}`)
  if (!existsSync(folder)) {
    const building = await mkdtemp(`${folder}-`)
    await build({
      configFile: `${ROOT}dashboard/vite.config.ts`,
      // Vitest sets NODE_ENV to test; what operators get is the production build.
      mode: 'production',
      logLevel: 'error',
      build: { outDir: building, emptyOutDir: true },
    })
    await rename(building, folder).catch(async (error: unknown) => {
      // Another test was faster: its files are the same.
      await rm(building, { recursive: true, force: true })
      if (!existsSync(folder)) throw error
    })
  }
  return { folder }
}

async function sourcesHash(): Promise<string> {
  const files = ['package-lock.json', 'tsconfig.json']
  for await (const file of glob('dashboard/**/*.*', { cwd: ROOT, exclude: ['dashboard/dist'] })) files.push(file)
  const hash = createHash('sha256')
  for (const file of files.sort()) hash.update(`${file}\0`).update(await readFile(join(ROOT, file)))
  return hash.digest('hex').slice(0, 16)
}
