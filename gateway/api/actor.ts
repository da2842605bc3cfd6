import type { Actor } from '../model/audit.ts'
import type { Asker } from './access.ts'

/** Who asks, as the audit names them; the address is empty once the connection is gone. */
export function actorOf(asker: Asker, address: string): Actor {
  const from = address === '' ? {} : { address }
  switch (asker.type) {
    case 'operator':
      return { type: 'person', name: 'operator', ...from }
    case 'token':
      return { type: 'token', name: asker.id, ...from }
    default:
      return { type: 'person', name: 'nobody', ...from }
  }
}
