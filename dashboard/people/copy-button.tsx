import { Button } from '@mantine/core'
import { useState } from 'react'
import { useAccountTexts } from './account-texts.ts'

/** Copies a text. Not there where the browser forbids it: on a page that came over plain HTTP from elsewhere. */
export function CopyButton({ value }: { readonly value: string }) {
  const texts = useAccountTexts()
  const [copied, setCopied] = useState<string | undefined>(undefined)
  if (!window.isSecureContext) return null
  const copy = () =>
    void navigator.clipboard.writeText(value).then(
      () => setCopied(value),
      // A browser that was told not to: what is shown can be selected.
      () => setCopied(undefined),
    )
  return (
    <Button size="compact-sm" variant="default" onClick={copy}>
      {copied === value ? texts.copied : texts.copy}
    </Button>
  )
}
