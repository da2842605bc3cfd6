import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { EpochMs, JournalOffset } from '../model/frame.ts'
import type { Log } from '../model/log.ts'

/**
 * What was found wrong in a segment, and what became of it.
 *
 * - `torn`: the group that was being written when the gateway or the machine went down. It had not been synced, so nobody was promised anything.
 * - `damaged`: frames that had been synced and can not be read any more (or, with none missing, bytes that are no record).
 * - `missing`: the journal had once reached further than its files do now.
 */
export interface Repair {
  readonly kind: 'torn' | 'damaged' | 'missing'
  /** Cut off: these bytes are gone from the file. Passed over: they stay where they are and reading goes on behind them. */
  readonly action: 'cut off' | 'passed over'
  readonly file: string
  readonly position: number
  readonly bytes: number
  /** Offsets of the frames that can not be read any more: from here … */
  readonly from: JournalOffset
  /** … to before this. */
  readonly to: JournalOffset
}

/** A repair as it is kept: one JSON line each, with the sums up to and including it. */
export interface KeptRepair extends Repair {
  readonly foundAt: EpochMs
  readonly total: RepairTotals
}

/** Since the file of repairs was begun. */
export interface RepairTotals {
  /** Repairs other than torn tails. */
  readonly damages: number
  /** Offsets below the journal's end that no frame can be read for. */
  readonly lostFrames: number
}

const FILE = 'repairs.jsonl'
const LARGEST_FILE_BYTES = 4 * 1024 * 1024
/** A disk that falls apart must not fill the log. */
const MOST_TOLD = 1_000
/** Damage is told in health for so long. */
const NEWS_MS = 86_400_000

/** Everything that was ever found wrong in the journal's files: logged once, kept beside the segments, and told in health for a day. */
export class Repairs {
  readonly #folder: string
  readonly #log: Log
  readonly #now: () => EpochMs
  readonly #known = new Set<string>()
  #totals: RepairTotals = { damages: 0, lostFrames: 0 }
  #newest: KeptRepair | undefined
  #writing: Promise<void> = Promise.resolve()
  #bytes = 0
  #told = 0

  constructor(options: { readonly folder: string; readonly log: Log; readonly now: () => EpochMs }) {
    this.#folder = options.folder
    this.#log = options.log
    this.#now = options.now
  }

  /** Reads what is known from earlier runs. */
  async open(): Promise<void> {
    const kept = await readRepairs(this.#folder)
    this.#known.clear()
    for (const one of kept) this.#known.add(keyOf(one))
    this.#totals = kept.at(-1)?.total ?? { damages: 0, lostFrames: 0 }
    this.#newest = kept.findLast(one => one.kind !== 'torn')
    this.#bytes = kept.reduce((sum, one) => sum + JSON.stringify(one).length + 1, 0)
  }

  get totals(): RepairTotals {
    return this.#totals
  }

  /** What to say about damage that was found lately. */
  get advice(): string | undefined {
    const found = this.#newest
    if (!found || this.#now() - found.foundAt > NEWS_MS) return undefined
    const frames = found.to - found.from
    return `the journal is damaged: ${found.file} at ${found.position}, ${frames} frame${frames === 1 ? '' : 's'} lost (${this.#totals.lostFrames} in all); check the disk, then look with citygate journal inspect and citygate journal verify`
  }

  /** Takes note, once: the same stretch found again, by another reader or in another run, is known. */
  add(repair: Repair): void {
    const key = keyOf(repair)
    if (this.#known.has(key)) return
    // What is cut off is gone, and the next crash may tear the same place again.
    if (repair.action === 'passed over') this.#known.add(key)
    const { damages, lostFrames } = this.#totals
    this.#totals = { damages: damages + (repair.kind === 'torn' ? 0 : 1), lostFrames: lostFrames + repair.to - repair.from }
    const kept: KeptRepair = { foundAt: this.#now(), ...repair, total: this.#totals }
    if (kept.kind !== 'torn') this.#newest = kept
    if (++this.#told > MOST_TOLD) return
    this.#tell(repair)
    if (this.#told === MOST_TOLD) this.#log.error({}, 'so much of the journal is damaged that further places are counted only')
    this.#writing = this.#writing
      .then(() => this.#keep(kept))
      .catch(error => this.#log.error({ err: error }, `${FILE} cannot be written: repairs are in the log alone`))
  }

  /** Resolves when everything is on disk. */
  async close(): Promise<void> {
    await this.#writing
  }

  #tell({ kind, action, file, position, bytes, from, to }: Repair): void {
    const fields = { file, position, bytes, from, to, frames: to - from }
    if (kind === 'torn') this.#log.warn(fields, `the journal ended in a torn record, which was never acknowledged: ${action}`)
    else if (kind === 'missing')
      this.#log.error(fields, 'the journal is damaged: it had reached further than its files do now; frames that had been synced are lost: check the disk')
    else this.#log.error(fields, 'the journal is damaged here: frames in this stretch are lost; check the disk')
  }

  async #keep(repair: KeptRepair): Promise<void> {
    const path = join(this.#folder, FILE)
    if (this.#bytes > LARGEST_FILE_BYTES) {
      await rename(path, `${path}.old`)
      this.#bytes = 0
    }
    const line = `${JSON.stringify(repair)}\n`
    const file = await open(path, 'a')
    try {
      await file.appendFile(line)
      await file.datasync()
    } finally {
      await file.close()
    }
    this.#bytes += line.length
  }
}

/** The repairs that were kept, oldest first. Lines that are torn themselves are left out. */
export async function readRepairs(folder: string): Promise<readonly KeptRepair[]> {
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => '')
  return text.split('\n').flatMap(line => {
    try {
      const kept: unknown = JSON.parse(line)
      return isKept(kept) ? [kept] : []
    } catch {
      return []
    }
  })
}

function isKept(value: unknown): value is KeptRepair {
  if (typeof value !== 'object' || value === null || !('total' in value) || !('file' in value)) return false
  const { total } = value
  return typeof total === 'object' && total !== null && 'lostFrames' in total && Number.isSafeInteger(total.lostFrames)
}

function keyOf({ file, position, from }: Repair): string {
  return `${file} ${position} ${from}`
}
