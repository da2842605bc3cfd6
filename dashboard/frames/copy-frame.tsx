import { Button } from '@mantine/core'
import { useState } from 'react'
import { useFrameTexts } from './frame-texts.ts'
import type { DecodedFrame } from './frame-types.ts'
import { vectorLine } from './test-vector.ts'

/** Takes the frame along: its bytes, or a line for a protocol's vectors. Pages that came over plain HTTP from elsewhere may not copy, so it can be downloaded too. */
export function CopyFrame({ frame }: { readonly frame: DecodedFrame }) {
  const texts = useFrameTexts()
  return (
    <div className="cg-copy" title={texts.vectorHelp}>
      {window.isSecureContext && (
        <>
          <Copy value={frame.bytes} label={texts.copyHex} />
          <Copy value={vectorLine(frame)} label={texts.copyVector} />
        </>
      )}
      <Button size="compact-sm" variant="default" onClick={() => download(`${frame.protocol}-frame.jsonl`, `${vectorLine(frame)}\n`)}>
        {texts.downloadVector}
      </Button>
    </div>
  )
}

function Copy({ value, label }: { readonly value: string; readonly label: string }) {
  const texts = useFrameTexts()
  const [copied, setCopied] = useState<string | undefined>(undefined)
  const copy = () =>
    void navigator.clipboard.writeText(value).then(
      () => setCopied(value),
      // A browser that was told not to: the download is left.
      () => setCopied(undefined),
    )
  return (
    <Button size="compact-sm" variant="default" onClick={copy}>
      {copied === value ? texts.copied : label}
    </Button>
  )
}

function download(name: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: 'application/jsonl' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
