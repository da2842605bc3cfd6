import type { X509Certificate } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isId, type OrgId } from '../model/ids.ts'
import type { ClientCertificates } from '../model/tls.ts'
import { type Authority, objectionTo, readAuthority } from './authority.ts'
import { Signatures } from './signatures.ts'
import { strangeFile } from './strange-file.ts'

/** What came of reading the folder. */
export interface FolderRead {
  readonly problems: readonly string[]
  /** Files that are none of ours, and tell of nothing that was meant for us. */
  readonly ignored: readonly string[]
}

/** The folder that tells whom each organisation has its devices' certificates signed by: `ORG.pem`, and beside it `ORG.crl.pem` with those that were revoked. */
export class AuthorityFolder implements ClientCertificates {
  readonly folder: string
  readonly #now: () => number
  readonly #signatures = new Signatures()
  #authorities: ReadonlyMap<OrgId, Authority> = new Map()
  #version = 0

  constructor(options: { readonly folder: string; readonly now: () => number }) {
    this.folder = options.folder
    this.#now = options.now
  }

  get version(): number {
    return this.#version
  }

  get authorities(): readonly string[] {
    const all = [...this.#authorities.values()].flatMap(({ issuers }) => issuers.map(({ certificate }) => certificate.toString()))
    return [...new Set(all)]
  }

  /** Of the lists and authorities in force: which are past their time. They still count; who was revoked stays so. */
  get overdue(): readonly string[] {
    const now = this.#now()
    return [...this.#authorities].flatMap(([org, { issuers }]) =>
      issuers.flatMap(({ lists }) => lists.flatMap(({ nextUpdate }) => (nextUpdate !== undefined && nextUpdate < now ? [listOverdue(org, nextUpdate)] : []))),
    )
  }

  objection(certificate: X509Certificate, org: OrgId): string | undefined {
    const authority = this.#authorities.get(org)
    if (authority === undefined) return `the organisation ${org} has no authority here: put its certificate at ${join(this.folder, `${org}.pem`)}`
    return objectionTo(certificate, authority, this.#signatures, this.#now())
  }

  /** The files that count. */
  async files(): Promise<readonly string[]> {
    // Kubernetes keeps what it mounts in folders that begin with a dot.
    return (await readdir(this.folder)).filter(name => !name.startsWith('.')).map(name => join(this.folder, name))
  }

  /** Reads everything anew. What is broken stays as it was, and everything else counts. */
  async read(): Promise<FolderRead> {
    const names = (await this.files()).map(path => path.slice(this.folder.length + 1))
    const strange = await Promise.all(names.filter(name => orgOf(name) === undefined).map(name => strangeFile(join(this.folder, name))))
    const problems = strange.flatMap(({ problem }) => problem ?? [])
    const orgs = new Set(names.map(orgOf).filter(org => org !== undefined))
    const authorities = new Map<OrgId, Authority>()
    for (const org of orgs) {
      try {
        authorities.set(org, await this.#authority(org, names.includes(`${org}.crl.pem`)))
      } catch (error) {
        problems.push(`${join(this.folder, `${org}.pem`)}: ${error instanceof Error ? error.message : String(error)}`)
        const before = this.#authorities.get(org)
        if (before !== undefined) authorities.set(org, before)
      }
    }
    this.#authorities = authorities
    this.#version++
    return { problems, ignored: strange.filter(({ problem }) => problem === undefined).map(({ path }) => path) }
  }

  async #authority(org: OrgId, hasList: boolean): Promise<Authority> {
    const certificates = await readFile(join(this.folder, `${org}.pem`), 'utf8')
    return readAuthority(certificates, hasList ? await readFile(join(this.folder, `${org}.crl.pem`), 'utf8') : undefined)
  }
}

function orgOf(name: string): OrgId | undefined {
  const org = /^(.+?)(?:\.crl)?\.pem$/.exec(name)?.[1]
  return org !== undefined && isId(org) ? org : undefined
}

function listOverdue(org: OrgId, nextUpdate: number): string {
  return `the revocation list of ${org} was to be renewed by ${new Date(nextUpdate).toISOString()}: who is on it stays refused, whoever was revoked since is not known here`
}
