import type { Actor } from '../model/audit.ts'
import type { Asker } from './access.ts'

/** Who asks, as the audit names them; the address is empty once the connection is gone. */
export function actorOf(asker: Asker, address: string): Actor {
  const from = address === '' ? {} : { address }
  switch (asker.type) {
    case 'local':
      return { type: 'person', name: 'local', ...from }
    case 'person':
      return { type: 'person', name: asker.id, ...from }
    case 'token':
      return { type: 'token', name: asker.id, ...from }
    default:
      return { type: 'person', name: 'nobody', ...from }
  }
}
