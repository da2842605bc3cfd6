import { ApiProblem } from '../api/api-problem.ts'
import type { Format } from '../format/format.ts'
import type { Catalogue } from '../i18n/catalogue.ts'
import { problemText } from '../shell/problem-view.tsx'

/** Why somebody was not let in, in plain words. Undefined: there is nothing to say, as the code is only now asked for. */
export function signInWords(error: unknown, text: Catalogue, format: Pick<Format, 'duration'>): string | undefined {
  if (!(error instanceof ApiProblem)) return error === null || error === undefined ? undefined : text.app.failed
  switch (error.code) {
    case 'SIGN_IN_FAILED':
      return text.access.failed
    case 'CODE_REQUIRED':
      return undefined
    case 'CODE_WRONG':
      return text.access.codeWrong
    case 'LOCKED_OUT':
      return text.access.lockedOut(format.duration(error.retryAfterSeconds ?? 60))
    default:
      return problemText(error, text)
  }
}
