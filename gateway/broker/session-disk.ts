import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LevelPersistence } from 'aedes-persistence-level'
import levelPersistence from 'aedes-persistence-level'
import { ClassicLevel } from 'classic-level'
import { GatewayError } from '../model/errors.ts'
import type { HandshakeDisk } from './handshake-store.ts'
import type { SessionNames } from './session-store.ts'

/** The open store of kept sessions. */
export interface SessionDisk {
  readonly persistence: LevelPersistence
  readonly names: SessionNames
  readonly handshakes: HandshakeDisk
  close(): Promise<void>
}

/**
 * Opens `sessions` in the data folder. Without a data folder a temporary one is made, and removed on closing: sessions then end with the process.
 * Throws `DATA_FOLDER_IN_USE` when another gateway has it open, `DATA_FOLDER_UNUSABLE` when it cannot be opened.
 */
export async function openSessionDisk(dataFolder: string | undefined): Promise<SessionDisk> {
  const temporary = dataFolder === undefined ? await mkdtemp(join(tmpdir(), 'citygate-sessions-')) : undefined
  const folder = join(temporary ?? dataFolder ?? '', 'sessions')
  const level = new ClassicLevel<string, Buffer>(folder, { valueEncoding: 'buffer' })
  try {
    await mkdir(folder, { recursive: true })
    await level.open()
  } catch (error) {
    throw unusable(folder, error)
  }
  const names = level.sublevel<string, string>('names', { valueEncoding: 'utf8' })
  const handshakes = level.sublevel<string, string>('handshakes', { valueEncoding: 'utf8' })
  return {
    persistence: levelPersistence(level),
    names: { keys: () => names.keys(), put: (key, value) => names.put(key, value), del: key => names.del(key) },
    handshakes: { keys: () => handshakes.keys(), batch: operations => handshakes.batch([...operations]) },
    close: async () => {
      await level.close()
      if (temporary !== undefined) await rm(temporary, { recursive: true, force: true })
    },
  }
}

function unusable(folder: string, error: unknown): GatewayError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'LEVEL_LOCKED')
    return new GatewayError('DATA_FOLDER_IN_USE', `${folder} is open in another gateway: stop it, or give this one its own data folder`, { cause: error })
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new GatewayError(
    'DATA_FOLDER_UNUSABLE',
    `the store of MQTT sessions in ${folder} cannot be opened (${detail}): make the folder writable, or move it away to begin with no kept sessions`,
    {
      cause: error,
    },
  )
}
