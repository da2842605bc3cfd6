import { execFile } from 'node:child_process'
import { mkdtemp, open, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A disk that can be full. */
export interface SmallDisk {
  readonly path: string
  /** Leaves so many bytes free. */
  fill(leave: number): Promise<void>
  /** Gives back what `fill` took. */
  free(): Promise<void>
  remove(): Promise<void>
}

/** Mounts a small file system in memory; undefined where this user may not mount. */
export async function smallDisk(megabytes: number): Promise<SmallDisk | undefined> {
  const path = await mkdtemp(join(tmpdir(), 'citygate-disk-'))
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path])
  } catch {
    await rm(path, { recursive: true })
    return undefined
  }
  const ballast = join(path, 'ballast')
  const unmount = (): Promise<unknown> => run('umount', ['-l', path])
  return {
    path,
    fill: async leave => {
      const file = await open(ballast, 'w')
      try {
        for (;;) {
          const { bavail, bsize } = await statfs(path)
          const more = Math.min(bavail * bsize - leave, 4 << 20)
          if (more <= 0) return
          // Others write too: what does not fit any more is as good as full.
          if ((await file.write(Buffer.alloc(more, 1)).catch(() => undefined)) === undefined) return
        }
      } finally {
        await file.close()
      }
    },
    free: () => rm(ballast, { force: true }),
    remove: async () => {
      await unmount()
      await rm(path, { recursive: true, force: true })
    },
  }
}

/** Bounds how long any file of a process may become; `unlimited` lifts it. A write beyond fails as on a full disk would. */
export async function limitFiles(pid: number, bytes: number | 'unlimited'): Promise<void> {
  await run('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`])
}
