import { PasswordField } from '../session/password-field.tsx'
import { useAccountTexts } from './account-texts.ts'

/** As the gateway wants it at least (gateway/registry/people/password.ts). It decides; this only tells early. */
const FEWEST = 12

/** A password to be chosen: says in words how its length is. */
export function NewPassword(props: { readonly value: string; readonly onChange: (value: string) => void; readonly error?: string | undefined }) {
  const { value, onChange, error } = props
  const texts = useAccountTexts()
  const length = Array.from(value).length
  const words = length < FEWEST ? texts.lengths.short : length < 16 ? texts.lengths.fair : length < 24 ? texts.lengths.good : texts.lengths.long
  return (
    <div>
      <PasswordField
        label={texts.next}
        description={texts.passwordHelp}
        name="new-password"
        autoComplete="new-password"
        required
        value={value}
        onChange={onChange}
        error={error}
      />
      <div className="cg-advice" role="status">
        {length > 0 && texts.meter(String(length), words)}
      </div>
    </div>
  )
}
