import { Anchor, Button, Divider, Stack } from '@mantine/core'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { Problem } from '../shell/form-parts.tsx'
import { useLeaveForProvider } from './provider-queries.ts'
import { useProviderTexts } from './provider-texts.ts'
import { providerWords } from './provider-words.ts'
import type { SignInProvider } from './session-types.ts'

/** The way in for whoever is known to the provider of OpenID Connect. */
export function ProviderButton({ provider }: { readonly provider: SignInProvider }) {
  const text = useText()
  const texts = useProviderTexts()
  const format = useFormat()
  const leave = useLeaveForProvider()
  const { name, dashboard } = provider
  return (
    <Stack gap="sm" mb="sm">
      {leave.isError && <Problem>{providerWords(leave.error, name, { texts, text, format })}</Problem>}
      {dashboard === window.location.origin ? (
        <Button variant="default" fullWidth loading={leave.isPending || leave.isSuccess} onClick={() => leave.mutate(undefined)}>
          {texts.signInWith(name)}
        </Button>
      ) : (
        // The provider sends people back there, where what was begun here is not known.
        <Anchor size="sm" href={`${dashboard}${window.location.pathname}${window.location.search}`}>
          {texts.elsewhere(name, dashboard)}
        </Anchor>
      )}
      <Divider label={texts.or} />
    </Stack>
  )
}
