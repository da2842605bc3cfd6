import { PasswordInput } from '@mantine/core'
import { useText } from '../i18n/language-provider.tsx'
import { useAccountTexts } from './account-texts.ts'

/** As the gateway wants it at least (gateway/registry/people/password.ts). It decides; this only tells early. */
const FEWEST = 12

/** A password to be chosen: says in words how its length is. */
export function NewPassword(props: { readonly value: string; readonly onChange: (value: string) => void; readonly error?: string | undefined }) {
  const { value, onChange, error } = props
  const text = useText()
  const texts = useAccountTexts()
  const length = Array.from(value).length
  const words = length < FEWEST ? texts.lengths.short : length < 16 ? texts.lengths.fair : length < 24 ? texts.lengths.good : texts.lengths.long
  return (
    <div>
      <PasswordInput
        label={texts.next}
        description={texts.passwordHelp}
        name="new-password"
        autoComplete="new-password"
        maxLength={1024}
        required
        withAsterisk={false}
        visibilityToggleButtonProps={{ 'aria-label': text.access.showPassword }}
        value={value}
        onChange={event => onChange(event.currentTarget.value)}
        error={error}
      />
      <div className="cg-advice" role="status">
        {length > 0 && texts.meter(String(length), words)}
      </div>
    </div>
  )
}
