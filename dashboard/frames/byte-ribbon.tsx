import { SegmentedControl } from '@mantine/core'
import { type KeyboardEvent, memo, useMemo, useRef, useState } from 'react'
import { useLanguage } from '../i18n/language-provider.tsx'
import { useFrameTexts } from './frame-texts.ts'
import type { Part } from './frame-types.ts'
import { characterOf, type Run, readsAsText, runsOf } from './part-runs.ts'
import { spanText } from './span-text.ts'

interface ByteRibbonProps {
  readonly bytes: readonly number[]
  readonly parts: readonly Part[]
  readonly colours: ReadonlyMap<string, number>
  readonly active: Part | undefined
  readonly onActive: (id: string, scroll: boolean) => void
}

/** The bytes side by side, each run in a colour, under the name of the message it belongs to. Arrow keys go from run to run. */
export function ByteRibbon({ bytes, parts, colours, active, onActive }: ByteRibbonProps) {
  const texts = useFrameTexts()
  const { title } = useLanguage()
  const [form, setForm] = useState<'hex' | 'text' | undefined>(undefined)
  const shown = form ?? (readsAsText(bytes) ? 'text' : 'hex')
  const box = useRef<HTMLDivElement>(null)
  const runs = useMemo(() => runsOf(parts), [parts])
  return (
    <section className="cg-ribbon-box">
      <div className="cg-ribbon-head">
        <span>{texts.bytes(bytes.length)}</span>
        <span className="cg-ribbon-keys">{texts.keys}</span>
        <SegmentedControl
          size="xs"
          value={shown}
          onChange={setForm}
          data={[
            { value: 'hex', label: texts.hex },
            { value: 'text', label: texts.text },
          ]}
        />
      </div>
      <div ref={box} role="toolbar" aria-label={texts.ribbon} className="cg-ribbon" data-form={shown} onKeyDown={event => moveFocus(event, box.current)}>
        {parts.map(part => (
          <div key={part.from} className="cg-ribbon-message" data-alone={!part.parts}>
            {part.parts && (
              <span className="cg-ribbon-name">
                {title(part.name)}
                {part.value !== undefined && <small>{part.value}</small>}
              </span>
            )}
            <div className="cg-ribbon-runs">
              {runs
                .filter(run => run.from >= part.from && run.to <= part.to)
                .map(run => (
                  <RunButton
                    key={run.from}
                    run={run}
                    bytes={bytes}
                    shown={shown}
                    colour={colours.get(run.id) ?? 0}
                    lit={active !== undefined && run.from < active.to && run.to > active.from}
                    first={active === undefined && run.from === 0}
                    onActive={onActive}
                  />
                ))}
            </div>
          </div>
        ))}
      </div>
    </section>
  )
}

interface RunButtonProps {
  readonly run: Run
  readonly bytes: readonly number[]
  readonly shown: 'hex' | 'text'
  readonly colour: number
  readonly lit: boolean
  /** Where the focus comes in while nothing is lit. */
  readonly first: boolean
  readonly onActive: (id: string, scroll: boolean) => void
}

/** Drawn anew only when it changes: a frame has hundreds, and one is lit with every move of the mouse. */
const RunButton = memo(function RunButton({ run, bytes, shown, colour, lit, first, onActive }: RunButtonProps) {
  const { title } = useLanguage()
  const { id, from, to, part } = run
  const shownBytes = bytes.slice(from, to).map(byte => (shown === 'text' ? characterOf(byte) : byte.toString(16).padStart(2, '0').toUpperCase()))
  const name = `${spanText(from, to)}: ${title(part.name)}${part.value === undefined ? '' : ` ${part.value}`}`
  return (
    <button
      type="button"
      className="cg-run"
      data-run={id}
      data-colour={colour}
      data-lit={lit}
      data-problem={part.problem !== undefined}
      tabIndex={lit || first ? 0 : -1}
      // What is seen is in what is read out (WCAG 2.2, 2.5.3).
      aria-label={`${part.problem ? `${name}. ${title(part.problem)}` : name}: ${shownBytes.join('')}`}
      onMouseEnter={() => onActive(id, false)}
      onFocus={() => onActive(id, true)}
      onClick={() => onActive(id, true)}
    >
      {shownBytes.map((byte, index) => (
        // Bytes have no other name than their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: a byte's place is what it is known by
        <span key={from + index}>{byte}</span>
      ))}
    </button>
  )
})

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }

/** Puts the focus on the next or the one before among an element's parts. */
export function moveFocus(event: KeyboardEvent, box: HTMLElement | null): void {
  const step = STEPS[event.key]
  if (step === undefined || box === null) return
  const all = [...box.querySelectorAll<HTMLElement>('[data-run], [data-part]')]
  const next = all[all.indexOf(document.activeElement as HTMLElement) + step]
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}
