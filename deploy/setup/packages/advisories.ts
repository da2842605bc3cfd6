import { spawn } from 'node:child_process'

/** What is known of flaws in the packages. */
export type Advisories =
  | { readonly checked: true; readonly problems: readonly string[] }
  /** Nothing is known: that is not the same as no flaws. */
  | { readonly checked: false; readonly why: string }

const longestMs = 15_000

/** Asks the registry's advisory service through npm, once and not for long. */
export async function advisories(folder: string): Promise<Advisories> {
  const child = spawn('npm', ['audit', '--json', '--fetch-retries=0', '--fetch-timeout=5000'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: longestMs,
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  const ended = await new Promise<string | undefined>(resolve => {
    child.once('error', error => resolve(`npm could not be started: ${error.message}`))
    child.once('close', (_code, signal) => resolve(signal === null ? undefined : `npm did not answer in ${longestMs / 1000} s`))
  })
  return ended === undefined ? readAudit(text) : { checked: false, why: ended }
}

/** Reads what `npm audit --json` printed (npm 11, auditReportVersion 2). */
export function readAudit(text: string): Advisories {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { checked: false, why: 'npm audit printed no JSON' }
  }
  if (!isObject(json) || json.auditReportVersion !== 2 || !isObject(json.vulnerabilities)) {
    const message = isObject(json) && typeof json.message === 'string' ? json.message : 'npm audit gave no report'
    // Registries are named differently everywhere: what they say is enough.
    return { checked: false, why: message.replaceAll(/https?:\/\/\S+/g, 'its advisory service').trim() }
  }
  const problems = Object.entries(json.vulnerabilities).map(([name, found]) => {
    const { severity, range } = isObject(found) ? found : {}
    return `${name} ${String(range)} has a known flaw (${String(severity)}): npm audit tells more`
  })
  return { checked: true, problems }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
