import { setTimeout as delay } from 'node:timers/promises'
import type { Attempt, AttemptLimiter } from '../model/attempts.ts'
import type { Person, SignInMeans } from '../model/people.ts'
import type { SignInSources } from './options.ts'
import { Problem } from './problem.ts'

/** What somebody shows to sign in. */
interface Shown {
  readonly name: string
  readonly password: string
  readonly code?: string | undefined
}

/**
 * Who this is. Throws SIGN_IN_FAILED, with one text for every reason; CODE_REQUIRED and CODE_WRONG only once the password was right; LOCKED_OUT. A wrong code counts like a wrong password.
 */
export async function signIn(sources: SignInSources, shown: Shown, address: string): Promise<{ readonly person: Person; readonly means: SignInMeans }> {
  return await attempted(sources.attempts, shown.name, address, async attempt => {
    const person = await sources.people.checkPassword(shown.name, shown.password)
    if (person === undefined) throw new Problem(401, 'SIGN_IN_FAILED', 'The name or the password is wrong, or the person may not sign in.')
    if (!person.secondFactor) {
      attempt.right()
      return { person, means: 'password' }
    }
    if (shown.code === undefined) {
      // Nothing was guessed.
      attempt.withdraw()
      throw new Problem(401, 'CODE_REQUIRED', 'The password is right; a code of the second factor is needed too.')
    }
    const code = await sources.people.checkCode(person.id, shown.code)
    if (code === undefined) throw new Problem(401, 'CODE_WRONG', 'The code is wrong, over, or was used before.')
    attempt.right()
    return { person, means: `password+${code}` }
  })
}

/** Lets somebody who is signed in show their password once more. */
export async function confirmPassword(sources: SignInSources, name: string, password: string, address: string): Promise<void> {
  await attempted(sources.attempts, name, address, async attempt => {
    if ((await sources.people.checkPassword(name, password)) === undefined) throw new Problem(401, 'SIGN_IN_FAILED', 'The password is wrong.')
    attempt.right()
  })
}

/** Looks at a secret if as many wrong ones were not shown before. Throws LOCKED_OUT. What is not told right counts as wrong, unless the gateway failed. */
export async function attempted<T>(attempts: AttemptLimiter, name: string, address: string, look: (attempt: Attempt) => T | Promise<T>): Promise<T> {
  const attempt = attempts.begin(name, address)
  if (!attempt.allowed) {
    throw new Problem(429, 'LOCKED_OUT', 'Too many wrong attempts; try again later.', {
      headers: { 'Retry-After': String(Math.ceil(attempt.retryAfterMs / 1_000)) },
    })
  }
  if (attempt.delayMs > 0) await delay(attempt.delayMs)
  try {
    return await look(attempt)
  } catch (error) {
    if (error instanceof Problem) attempt.wrong()
    else attempt.withdraw()
    throw error
  }
}
