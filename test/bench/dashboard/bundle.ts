import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

/** A file of the built dashboard, in bytes. */
interface Built {
  readonly name: string
  readonly raw: number
  readonly gzip: number
  readonly brotli: number
}

/** What the dashboard's JavaScript consists of: what every page waits for, what the map adds, and each other page's own. */
export async function bundle(folder: string): Promise<readonly string[]> {
  const files: Built[] = []
  for (const name of await readdir(join(folder, 'assets'))) {
    if (!/\.m?js$/.test(name)) continue
    const bytes = await readFile(join(folder, 'assets', name))
    files.push({ name: name.replace(/-[\w-]{8}\.m?js$/, ''), raw: bytes.length, gzip: gzipSync(bytes).length, brotli: brotliCompressSync(bytes).length })
  }
  return files
    .sort((a, b) => b.gzip - a.gzip)
    .map(({ name, raw, gzip, brotli }) => `  ${name.padEnd(24)} ${kilobytes(raw)} raw  ${kilobytes(gzip)} gzip  ${kilobytes(brotli)} brotli`)
}

/** Kilobytes of a thousand, as networks count. */
export function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1).padStart(7)} kB`
}
