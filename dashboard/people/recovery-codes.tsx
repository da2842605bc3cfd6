import { Alert, Button, Group } from '@mantine/core'
import { useAccountTexts } from './account-texts.ts'
import { CopyButton } from './copy-button.tsx'

/** Codes that are shown once, to be copied or printed. */
export function RecoveryCodes({ codes, onKept }: { readonly codes: readonly string[]; readonly onKept: () => void }) {
  const texts = useAccountTexts()
  return (
    <Alert color="yellow" title={texts.recovery} className="cg-recovery">
      <p>{texts.recoveryHelp}</p>
      <ul className="cg-recovery-codes">
        {codes.map(code => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Group gap="xs">
        <CopyButton value={codes.join('\n')} />
        <Button size="compact-sm" variant="default" onClick={() => window.print()}>
          {texts.print}
        </Button>
        <Button size="compact-sm" onClick={onKept}>
          {texts.kept}
        </Button>
      </Group>
    </Alert>
  )
}
