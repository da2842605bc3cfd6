import { Button } from '@mantine/core'
import { useState } from 'react'
import { useText } from '../i18n/language-provider.tsx'
import { useServices } from '../services.tsx'
import { ProviderButton } from './provider-button.tsx'
import { useSession } from './session-queries.ts'
import { SignInForm } from './sign-in-form.tsx'
import { TokenForm } from './token-form.tsx'

/** At the provider, where there is one; name and password; or, last, a token. */
export function WaysIn() {
  const text = useText()
  const { tokens } = useServices()
  const provider = useSession().data?.provider
  const [byToken, setByToken] = useState(tokens.token !== undefined)
  return (
    <>
      {!byToken && provider && <ProviderButton provider={provider} />}
      {byToken ? <TokenForm /> : <SignInForm />}
      <Button variant="subtle" size="compact-sm" mt="sm" onClick={() => setByToken(!byToken)}>
        {byToken ? text.access.byName : text.access.byToken}
      </Button>
    </>
  )
}
