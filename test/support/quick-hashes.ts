import type * as crypto from 'node:crypto'

/**
 * `node:crypto` with a scrypt that costs next to nothing, for tests in which passwords are set and shown and what the hash costs is not the matter:
 * `vi.mock('node:crypto', async original => (await import('../support/quick-hashes.ts')).quick(await original()))`.
 */
export function quick(real: typeof crypto): object {
  const scrypt = (...[password, salt, length, options, done]: Parameters<typeof crypto.scrypt>): void =>
    real.scrypt(password, salt, length, { ...options, N: 16 }, done)
  return { ...real, scrypt }
}
