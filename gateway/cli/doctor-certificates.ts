import type { Config } from '../config/config.ts'
import { openCertificates } from '../open-doors.ts'
import { commandLog } from './command-log.ts'
import type { Finding } from './doctor-finding.ts'

/** Whether the certificates can be used, and for how long. Nothing where there are none. */
export async function checkCertificates(config: Config, now = Date.now()): Promise<readonly Finding[]> {
  const certificates = openCertificates(config, { ...commandLog, warn: () => undefined }, () => now)
  if (certificates === undefined) return []
  const name = { en: 'certificates', zh: '证书' }
  try {
    await certificates.start()
    const { problem, expiresAt } = certificates
    if (problem !== undefined) return [{ name, ok: false, found: { en: problem, zh: problem } }]
    const day = new Date(expiresAt).toISOString()
    const days = Math.floor((expiresAt - now) / 86_400_000)
    return [{ name, ok: true, found: { en: `good until ${day}, ${days} days from now`, zh: `有效期至 ${day}，还有 ${days} 天` } }]
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const advice = { en: 'see docs/transport.md', zh: '参见 docs/transport.md' }
    return [{ name, ok: false, found: { en: message, zh: message }, advice }]
  } finally {
    await certificates.stop()
  }
}
