import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readDistricts } from './api/tables/outlines.ts'
import type { Districts } from './model/district.ts'
import type { Log } from './model/log.ts'

/** The outlines the dashboard draws, which tables by district go by. Without them there are none, which the log says. */
export async function openDistricts(log: Log): Promise<Districts | undefined> {
  const file = join(import.meta.dirname, '..', 'dashboard', 'public', 'shanghai_districts.geojson')
  try {
    const districts = readDistricts(JSON.parse(await readFile(file, 'utf8')))
    if (districts === undefined) log.warn({ file }, 'the outlines of the districts cannot be read; tables have no districts')
    return districts
  } catch (error) {
    log.warn({ file, err: error }, 'the outlines of the districts cannot be read; tables have no districts')
    return undefined
  }
}
