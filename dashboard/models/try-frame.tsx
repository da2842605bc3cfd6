import '../frames/frames.css'
import { Input, Select } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useId, useState } from 'react'
import { Explained } from '../frames/explained.tsx'
import { entered } from '../frames/frame-address.ts'
import { useProtocols } from '../frames/frame-queries.ts'
import type { ExampleFrame } from '../frames/frame-types.ts'
import { usePartColours } from '../frames/part-colours.ts'
import { Verdict } from '../frames/verdict.tsx'
import { useModelTexts } from './model-texts.ts'
import type { CheckedModel } from './model-types.ts'

/** From the last key to the question, milliseconds. */
const PAUSE_MS = 300

/** A frame, as it was entered. */
export interface TriedFrame {
  readonly hex: string
  readonly text: string
}

interface TryFrameProps {
  readonly frame: TriedFrame
  readonly examples: readonly ExampleFrame[]
  readonly onFrame: (frame: TriedFrame) => void
  /** What the gateway said of it and the model. */
  readonly checked: CheckedModel | undefined
}

/** A frame read under a model: its values, and the meaning of each byte. */
export function TryFrame({ frame, examples, onFrame, checked }: TryFrameProps) {
  const texts = useModelTexts()
  const colours = usePartColours()
  const protocols = useProtocols().data ?? []
  const shown = frame.hex || frame.text
  const [input, setInput] = useState(shown)
  // The address may change without this field: back, an example. What was typed since is kept.
  const [seen, setSeen] = useState(shown)
  const [sent, setSent] = useState(shown)
  if (seen !== shown) {
    setSeen(shown)
    if (shown !== sent) setInput(shown)
  }
  const ask = useDebouncedCallback((value: string) => {
    const next = entered(value)
    setSent(next.hex || next.text)
    onFrame(next)
  }, PAUSE_MS)
  const id = useId()
  const asked = shown !== ''
  const { decoded, unread } = checked ?? {}
  return (
    <div className="cg-frames cg-try" style={colours}>
      <Input.Wrapper label={texts.frame} id={id}>
        <Input
          component="textarea"
          id={id}
          multiline
          rows={Math.min(8, Math.max(2, Math.ceil(input.length / 90)))}
          placeholder={texts.framePlaceholder}
          value={input}
          onChange={event => {
            setInput(event.currentTarget.value)
            ask(event.currentTarget.value)
          }}
          spellCheck={false}
          classNames={{ input: 'cg-frame-input' }}
        />
      </Input.Wrapper>
      {examples.length > 0 ? (
        <Select
          label={texts.example}
          placeholder={texts.examplePlaceholder}
          value={null}
          data={examples.map(({ name, reason }, index) => ({ value: String(index), label: reason === undefined ? name : `${name} (${reason})` }))}
          onChange={value => {
            const example = examples[Number(value)]
            if (value !== null && example) onFrame({ hex: example.hex, text: '' })
          }}
        />
      ) : (
        <p className="cg-frame-facts">{texts.noExample}</p>
      )}
      {asked && unread !== undefined && <p className="cg-alert-colour">{texts.unread(unread)}</p>}
      {asked && checked?.ok === false && <p className="cg-frame-facts">{texts.whenSound}</p>}
      {asked && decoded && (
        <>
          <Verdict frame={decoded} protocols={protocols} onModel={() => undefined} />
          <Explained key={decoded.bytes} frame={decoded} />
        </>
      )}
    </div>
  )
}
