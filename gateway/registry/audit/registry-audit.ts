import type { Audit, AuditEntry, AuditHead, AuditPage, AuditQuery, AuditRecord, AuditVerdict } from '../../model/audit.ts'
import type { RegistryDatabase } from '../database.ts'
import { recorded } from '../write.ts'
import { auditHead } from './head.ts'
import { recordOf } from './record.ts'
import { searchAudit } from './search.ts'
import { verifyAudit } from './verify.ts'

/** What a {@link RegistryAudit} needs. */
export interface RegistryAuditOptions {
  /** Throws STOPPED before it is open. */
  readonly database: () => RegistryDatabase
  readonly now: () => number
}

/** The audit in the registry's database. */
export class RegistryAudit implements Audit {
  readonly #options: RegistryAuditOptions

  constructor(options: RegistryAuditOptions) {
    this.#options = options
  }

  async append({ actor, ...deed }: AuditEntry): Promise<void> {
    await this.#asked(({ db }) => recorded({ db, actor, now: this.#options.now() }, async () => [deed]))
  }

  async search(query: AuditQuery): Promise<AuditPage> {
    return await this.#asked(({ db }) => searchAudit(db, query))
  }

  async get(seq: number): Promise<AuditRecord | undefined> {
    const row = await this.#asked(({ db }) => db.selectFrom('audit').selectAll().where('seq', '=', seq).executeTakeFirst())
    return row && recordOf(row)
  }

  async head(): Promise<AuditHead | undefined> {
    return await this.#asked(({ db }) => auditHead(db))
  }

  async verify(progress?: (done: number, all: number) => void, expectedHead?: string): Promise<AuditVerdict> {
    return await this.#asked(({ db }) => verifyAudit(db, progress, expectedHead))
  }

  async #asked<T>(work: (database: RegistryDatabase) => Promise<T>): Promise<T> {
    const database = this.#options.database()
    try {
      return await work(database)
    } catch (cause) {
      throw database.explain(cause)
    }
  }
}
