import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A certificate and its key, as files. */
export interface Issued {
  readonly certFile: string
  readonly keyFile: string
  readonly cert: string
  readonly key: string
}

/** What a certificate is to say; it is good from now on for some days unless told otherwise. */
export interface Wanted {
  readonly commonName?: string
  /** As OpenSSL takes them: `DNS:bus-1,URI:urn:x`. */
  readonly alternativeNames?: string
  readonly from?: string
  readonly until?: string
  readonly authority?: boolean
  readonly usage?: 'clientAuth' | 'serverAuth'
}

/** A certificate authority of its own, made by the `openssl` program in a folder of its own. */
export class TestAuthority {
  readonly folder = mkdtempSync(join(tmpdir(), 'citygate-ca-'))
  #serial = 0

  constructor(name: string) {
    mkdirSync(join(this.folder, 'new'))
    writeFileSync(join(this.folder, 'index.txt'), '')
    writeFileSync(join(this.folder, 'crlnumber'), '01\n')
    writeFileSync(join(this.folder, 'serial'), '1000\n')
    this.#configure('')
    this.#openssl(
      'req',
      '-x509',
      ...NEW_KEY,
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-subj',
      `/CN=${name}`,
      '-days',
      '30',
      '-config',
      'ca.conf',
      '-extensions',
      'authority',
    )
  }

  /** The authority's own certificate. */
  get pem(): string {
    return readFileSync(join(this.folder, 'ca.pem'), 'utf8')
  }

  /** Signs a new certificate. */
  issue(wanted: Wanted): Issued {
    const name = `c${++this.#serial}`
    const extensions = [
      `basicConstraints = critical,CA:${wanted.authority ? 'TRUE' : 'FALSE'}`,
      ...(wanted.usage ? [`extendedKeyUsage = ${wanted.usage}`] : []),
      ...(wanted.alternativeNames ? [`subjectAltName = ${wanted.alternativeNames}`] : []),
    ]
    this.#configure(extensions.join('\n'))
    const subject = wanted.commonName === undefined ? '/O=Citygate' : `/CN=${wanted.commonName}`
    this.#openssl('req', '-new', ...NEW_KEY, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject, '-config', 'ca.conf')
    const dates = [...(wanted.from ? ['-startdate', wanted.from] : []), ...(wanted.until ? ['-enddate', wanted.until] : ['-days', '20'])]
    this.#openssl('ca', '-batch', '-notext', '-config', 'ca.conf', '-extensions', 'issued', '-in', `${name}.csr`, '-out', `${name}.pem`, ...dates)
    const [certFile, keyFile] = [join(this.folder, `${name}.pem`), join(this.folder, `${name}.key`)]
    return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
  }

  revoke({ certFile }: Issued): void {
    this.#openssl('ca', '-config', 'ca.conf', '-revoke', certFile)
  }

  /** The list of those that were revoked, good for some days or as many seconds. */
  list(seconds = 864_000): string {
    this.#openssl('ca', '-config', 'ca.conf', '-gencrl', '-crlsec', String(seconds), '-out', 'crl.pem')
    return readFileSync(join(this.folder, 'crl.pem'), 'utf8')
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #configure(issued: string): void {
    writeFileSync(join(this.folder, 'ca.conf'), configuration(issued))
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'pipe' })
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

function configuration(issued: string): string {
  return `
[ca]
default_ca = this
[this]
database = index.txt
new_certs_dir = new
serial = serial
crlnumber = crlnumber
certificate = ca.pem
private_key = ca.key
default_md = sha256
default_days = 20
default_crl_days = 10
policy = anything
unique_subject = no
[anything]
commonName = optional
organizationName = optional
[req]
distinguished_name = name
prompt = no
[name]
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[issued]
${issued}
`
}
