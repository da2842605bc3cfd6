import { hostname, userInfo } from 'node:os'
import type { Actor } from '../model/audit.ts'

/** Whoever gives a command, as the audit names them: the operating system's user, on this machine. */
export function cliActor(): Actor {
  return { type: 'cli', name: userName(), address: hostname() }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run as a user that has no entry in /etc/passwd.
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
