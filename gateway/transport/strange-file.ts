import { open, stat } from 'node:fs/promises'

/** Enough to tell what a file is; PEM files begin with their block, or a page of text about it. */
const PEEK_BYTES = 65_536

/** Names that say that the file was meant to count. */
const CERTIFICATE_NAME = /\.(pem|crt|cer|der|crl|key|p12|pfx)$/i

/** A file in the folder of authorities whose name is none of those that count. */
export interface StrangeFile {
  readonly path: string
  /** Absent: it may lie there, as openssl's own `.srl` and a README do. */
  readonly problem?: string
}

/** Tells whether a file may be passed over. One that holds or is called a certificate, list or key was meant to count: who put it there would wait in vain for it. */
export async function strangeFile(path: string): Promise<StrangeFile> {
  if (CERTIFICATE_NAME.test(path)) return { path, problem: `${path}: expected ORG.pem or ORG.crl.pem` }
  const begin = await peek(path)
  if (begin.includes('PRIVATE KEY-----')) return { path, problem: `${path}: it holds a private key: the key of an authority does not belong on the gateway` }
  if (/-----BEGIN (?:TRUSTED )?(?:CERTIFICATE|X509 CERTIFICATE|X509 CRL)-----/.test(begin))
    return { path, problem: `${path}: it holds a certificate or revocation list, and counts only as ORG.pem or ORG.crl.pem` }
  return { path }
}

/** Folders, pipes (to open one may take for ever) and what can not be opened hold nothing that counts. */
async function peek(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  const file = found?.isFile() ? await open(path).catch(() => undefined) : undefined
  if (file === undefined) return ''
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(PEEK_BYTES), 0, PEEK_BYTES, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } catch {
    return ''
  } finally {
    await file.close()
  }
}
