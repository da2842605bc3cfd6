import { PasswordInput } from '@mantine/core'
import { useText } from '../i18n/language-provider.tsx'

/** Where somebody enters a password or another secret. What was typed can be looked at, by a button with a name. */
export function PasswordField(props: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  /** By what password managers know it; without it they leave it alone. */
  readonly autoComplete?: 'current-password' | 'new-password'
  readonly name?: string
  readonly description?: string
  readonly error?: string | undefined
  readonly required?: true
  readonly readOnly?: boolean
  readonly autoFocus?: true
}) {
  const { onChange, autoComplete = 'off', ...rest } = props
  const text = useText()
  return (
    <PasswordInput
      {...rest}
      autoComplete={autoComplete}
      maxLength={1024}
      withAsterisk={false}
      visibilityToggleButtonProps={{ 'aria-label': text.access.showPassword }}
      onChange={event => onChange(event.currentTarget.value)}
    />
  )
}
