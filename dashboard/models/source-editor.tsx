import { type RefObject, useId, useRef } from 'react'
import { useModelTexts } from './model-texts.ts'
import type { PlacedProblem } from './model-types.ts'
import { offsetOf } from './source-place.ts'

/** CSS pixels; as in models.css. */
const LINE_HEIGHT = 20
const PADDING = 8

/** Something found in the text, and how bad it is. */
export interface Finding extends PlacedProblem {
  readonly mark: 'problem' | 'warning'
}

interface SourceEditorProps {
  readonly value: string
  readonly findings: readonly Finding[]
  readonly onChange: (value: string) => void
}

/** A text with its line numbers. Lines with something to say are marked, and what there is to say is listed below: one that is chosen puts the cursor where it is. */
export function SourceEditor({ value, findings, onChange }: SourceEditorProps) {
  const texts = useModelTexts()
  const area = useRef<HTMLTextAreaElement>(null)
  const gutter = useRef<HTMLDivElement>(null)
  const marks = useRef<HTMLDivElement>(null)
  const helpId = useId()
  const listId = useId()
  const lines = value.split('\n').length
  const isWrong = findings.some(({ mark }) => mark === 'problem')
  // The worst of a line.
  const marked = new Map(findings.toSorted((a, b) => Number(a.mark === 'problem') - Number(b.mark === 'problem')).map(({ line, mark }) => [line, mark]))
  const follow = () => {
    const top = area.current?.scrollTop ?? 0
    for (const layer of [gutter.current, marks.current]) if (layer) layer.style.top = `${-top}px`
  }
  return (
    <div>
      <div className="cg-source">
        <div className="cg-source-gutter" aria-hidden="true">
          <div ref={gutter}>
            <pre>{Array.from({ length: lines }, (_, index) => index + 1).join('\n')}</pre>
            {[...marked].map(([line, mark]) => (
              <i key={line} data-mark={mark} data-line={line} style={{ top: topOf(line) }}>
                !
              </i>
            ))}
          </div>
        </div>
        <div className="cg-source-text">
          <div className="cg-source-marks" aria-hidden="true">
            <div ref={marks}>
              {[...marked].map(([line, mark]) => (
                <i key={line} data-mark={mark} style={{ top: topOf(line) }} />
              ))}
            </div>
          </div>
          <textarea
            ref={area}
            value={value}
            aria-label={texts.text}
            aria-invalid={isWrong}
            aria-describedby={`${helpId} ${listId}`}
            spellCheck={false}
            autoCapitalize="off"
            autoCorrect="off"
            wrap="off"
            onChange={event => onChange(event.currentTarget.value)}
            onScroll={follow}
          />
        </div>
      </div>
      <p className="cg-advice" id={helpId}>
        {texts.editorHelp}
      </p>
      <Findings id={listId} findings={findings} onChoose={finding => goTo(area, value, finding)} />
    </div>
  )
}

function Findings(props: { readonly id: string; readonly findings: readonly Finding[]; readonly onChoose: (finding: Finding) => void }) {
  const { id, findings, onChoose } = props
  const texts = useModelTexts()
  return (
    <ul className="cg-findings" id={id}>
      {findings.map((finding, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two may say the same of one place
        <li key={index} data-mark={finding.mark} data-line={finding.line}>
          <button type="button" onClick={() => onChoose(finding)}>
            <strong>
              {finding.mark === 'problem' ? texts.problem : texts.warning}: {texts.place(finding.line, finding.column)}
            </strong>
            {finding.path !== undefined && <code>{`${finding.path}: `}</code>}
            {finding.message}
          </button>
        </li>
      ))}
    </ul>
  )
}

/** Puts the cursor to a place, and brings it into sight. */
function goTo(area: RefObject<HTMLTextAreaElement | null>, value: string, { line, column }: PlacedProblem): void {
  const { current } = area
  if (!current) return
  const offset = offsetOf(value, line, column)
  current.focus()
  current.setSelectionRange(offset, offset)
  current.scrollTop = Math.max(0, (line - 1) * LINE_HEIGHT - current.clientHeight / 3)
}

function topOf(line: number): number {
  return PADDING + (line - 1) * LINE_HEIGHT
}
