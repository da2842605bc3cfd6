import { stat } from 'node:fs/promises'
import { GatewayError } from '../model/errors.ts'
import type { Log } from '../model/log.ts'
import type { ClientCertificates, TlsMaterial } from '../model/tls.ts'
import { AuthorityFolder } from './authority-folder.ts'
import { dateProblem, readServerCertificate, type ServerCertificate } from './server-certificate.ts'

/** Asked of the files themselves and not of the system's notices, which network file systems and mounted secrets do not give. */
const lookEveryMs = 1_000

export interface CertificatesOptions {
  /** PEM: the server's certificate with those in between behind it, and its key. */
  readonly certFile: string
  readonly keyFile: string
  /** The folder with the authorities of devices' certificates. */
  readonly clientCas?: string
  /** How often the files are looked at. */
  readonly everyMs?: number
  readonly log: Log
  readonly now: () => number
}

/** The certificates of the gateway, read again when their files change. Files that are broken change nothing: what was good before stays in force. */
export class Certificates implements TlsMaterial {
  readonly clients?: ClientCertificates
  readonly #options: CertificatesOptions
  readonly #folder: AuthorityFolder | undefined
  readonly #listeners = new Set<() => void>()
  #server: ServerCertificate | undefined
  #problems: readonly string[] = []
  #told: readonly string[] = []
  /** How the files looked when they were read last, and at the last look. */
  #readAs = ''
  #seenAs = ''
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()

  constructor(options: CertificatesOptions) {
    this.#options = options
    if (options.clientCas === undefined) return
    this.#folder = new AuthorityFolder({ folder: options.clientCas, now: options.now })
    this.clients = this.#folder
  }

  get context(): TlsMaterial['context'] {
    return this.#certificate.context
  }

  /** When the server's certificate ends, milliseconds. */
  get expiresAt(): number {
    return this.#certificate.x509.validToDate.getTime()
  }

  /** What is wrong with the files, or soon will be, and what to do. */
  get problem(): string | undefined {
    const dates = this.#server && dateProblem(this.#server.x509, this.#options.now())
    const all = [...this.#problems, ...(dates === undefined ? [] : [dates]), ...(this.#folder?.overdue ?? [])]
    return all.length === 0 ? undefined : all.join('; ')
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Reads everything and then watches it. Throws `CONFIG_INVALID` with all that is wrong. */
  async start(): Promise<void> {
    this.#readAs = this.#seenAs = await this.#look()
    const problems = await this.#read()
    if (problems.length > 0) throw new GatewayError('CONFIG_INVALID', `the certificates can not be used: ${problems.join('; ')}`)
    const { problem } = this
    if (problem !== undefined) this.#options.log.warn({}, problem)
    this.#timer = setInterval(() => this.#turn(), this.#options.everyMs ?? lookEveryMs)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#looking
  }

  get #certificate(): ServerCertificate {
    if (this.#server === undefined) throw new GatewayError('STOPPED', 'the certificates are not read yet')
    return this.#server
  }

  #turn(): void {
    this.#looking = this.#looking.then(() => this.#lookAgain()).catch((error: unknown) => this.#options.log.error({ err: error }, 'certificate files'))
  }

  async #lookAgain(): Promise<void> {
    const looks = await this.#look()
    // Whoever writes two files needs a moment: they are read once they have stayed the same from one look to the next.
    const settled = looks === this.#seenAs
    this.#seenAs = looks
    if (!settled || looks === this.#readAs) return
    this.#readAs = looks
    this.#problems = await this.#read()
    const { log } = this.#options
    for (const problem of this.#problems) log.error({}, `changed certificate files are not used, what was read before stays in force: ${problem}`)
    if (this.#problems.length === 0) log.info({ expires: new Date(this.expiresAt).toISOString() }, 'changed certificate files were read and are in force')
    for (const listener of this.#listeners) listener()
  }

  async #read(): Promise<readonly string[]> {
    const problems: string[] = []
    const noted = (error: unknown): undefined => void problems.push(error instanceof Error ? error.message : String(error))
    this.#server = (await readServerCertificate(this.#options).catch(noted)) ?? this.#server
    const read = await this.#folder?.read().catch(noted)
    problems.push(...(read?.problems ?? []))
    this.#tell([
      ...(read?.ignored ?? []).map(path => `${path} is ignored: only ORG.pem and ORG.crl.pem count in that folder`),
      ...(await openKey(this.#options.keyFile)),
    ])
    return problems
  }

  /** What somebody should know, and nothing depends on: told once. */
  #tell(remarks: readonly string[]): void {
    for (const remark of remarks) if (!this.#told.includes(remark)) this.#options.log.warn({}, remark)
    this.#told = remarks
  }

  /** How the files look from outside: enough to tell that one was changed, replaced or taken away. */
  async #look(): Promise<string> {
    const { certFile, keyFile } = this.#options
    const listed = await this.#folder?.files().catch(() => ['none'])
    const files = [certFile, keyFile, ...(listed ?? [])]
    const looks = files.map(async file => {
      const found = await stat(file).catch(() => undefined)
      return found === undefined ? `${file} none` : `${file} ${found.mtimeMs} ${found.size} ${found.ino}`
    })
    return (await Promise.all(looks)).join('\n')
  }
}

/** Anybody on the machine who can read the key can pass for this gateway. No more than a warning: what is mounted into a container is often readable by all in it. */
async function openKey(keyFile: string): Promise<readonly string[]> {
  const found = await stat(keyFile).catch(() => undefined)
  return found === undefined || (found.mode & 0o004) === 0 ? [] : [`the key in ${keyFile} can be read by everybody on this machine: chmod o-r ${keyFile}`]
}
