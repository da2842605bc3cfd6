import { Button } from '@mantine/core'
import { useState } from 'react'
import { useText } from '../i18n/language-provider.tsx'
import { useServices } from '../services.tsx'
import { SignInForm } from './sign-in-form.tsx'
import { TokenForm } from './token-form.tsx'

/** Name and password; or, second, a token. */
export function WaysIn() {
  const text = useText()
  const { tokens } = useServices()
  const [byToken, setByToken] = useState(tokens.token !== undefined)
  return (
    <>
      {byToken ? <TokenForm /> : <SignInForm />}
      <Button variant="subtle" size="compact-sm" mt="sm" onClick={() => setByToken(!byToken)}>
        {byToken ? text.access.byName : text.access.byToken}
      </Button>
    </>
  )
}
