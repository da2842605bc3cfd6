import { ApiProblem } from '../api/api-problem.ts'
import type { Format } from '../format/format.ts'
import type { Catalogue } from '../i18n/catalogue.ts'
import type { ProviderTexts } from './provider-texts.ts'
import { signInWords } from './sign-in-words.ts'

/** Why a provider let nobody in, in plain words. Undefined: there is nothing to say. */
export function providerWords(
  error: unknown,
  name: string,
  { texts, text, format }: { readonly texts: ProviderTexts; readonly text: Catalogue; readonly format: Pick<Format, 'duration'> },
): string | undefined {
  const code = error instanceof ApiProblem ? error.code : undefined
  switch (code) {
    case 'SIGN_IN_OVER':
      return texts.over
    case 'PROVIDER_REFUSED':
      return texts.refused(name)
    case 'PROVIDER_UNREACHABLE':
      return texts.unreachable(name)
    case 'IDENTITY_UNPROVEN':
      return texts.unproven(name)
    case 'IDENTITY_UNKNOWN':
      return texts.unknown(name)
    case 'EMAIL_UNVERIFIED':
      return texts.unverified(name)
    case 'SECOND_FACTOR_MISSING':
      return texts.weak(name)
    case 'ROLE_MISSING':
      return texts.noRole
    case 'PERSON_DISABLED':
      return texts.disabled
    case 'PERSON_EXISTS':
      return texts.nameTaken
    case 'PERSON_INVALID':
      return texts.nameBad(name)
    case 'IDENTITY_TAKEN':
      return texts.taken
    default:
      return signInWords(error, text, format)
  }
}
