import type { RegistryDatabase, RegistryPlace } from './database.ts'
import { openSqlite } from './sqlite-database.ts'

/**
 * Opens the registry, makes its tables when they are missing, and brings it to this program's version.
 *
 * @throws GatewayError REGISTRY_UNUSABLE, retryable when the server is away or others keep it busy.
 */
export async function openDatabase(place: RegistryPlace): Promise<RegistryDatabase> {
  if ('file' in place) return await openSqlite(place.file)
  // Loaded only where it is used: commands on the file start without it.
  const { openPostgres } = await import('./postgres-database.ts')
  return await openPostgres(place.postgres)
}
