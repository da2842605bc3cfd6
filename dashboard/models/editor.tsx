import { Button, Group, SegmentedControl, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import type { ExampleFrame } from '../frames/frame-types.ts'
import { Dialog, Question } from '../shell/form-parts.tsx'
import { ProblemView } from '../shell/problem-view.tsx'
import { saveFile } from '../table/save-file.ts'
import { Icon } from '../theme/icon.tsx'
import { type Drafts, fileNameOf } from './drafts.ts'
import { useCheck } from './model-queries.ts'
import { useModelTexts } from './model-texts.ts'
import type { CheckedModel } from './model-types.ts'
import { PlanSection } from './plan-section.tsx'
import { PointsTable } from './points-table.tsx'
import { type Finding, SourceEditor } from './source-editor.tsx'
import { type TriedFrame, TryFrame } from './try-frame.tsx'

/** From the last key to the question, milliseconds. */
const PAUSE_MS = 400

/** What is shown beside the text. */
export const shows = ['values', 'plan', 'frame'] as const
export type Shown = (typeof shows)[number]

interface EditorProps {
  readonly drafts: Drafts
  /** Where the draft is kept. */
  readonly name: string
  /** What it begins with. */
  readonly original: string
  readonly examples: readonly ExampleFrame[]
  readonly shown: Shown
  readonly onShow: (shown: Shown) => void
  readonly baud: number
  readonly onBaud: (baud: number) => void
  readonly frame: TriedFrame
  readonly onFrame: (frame: TriedFrame) => void
}

/** A model being written: its text, what is wrong with it, and what it would do. The text stays in this browser until somebody starts over. */
export function Editor(props: EditorProps) {
  const { drafts, name, original, baud, frame } = props
  const texts = useModelTexts()
  const [source, setSource] = useState(() => drafts.get(name) ?? original)
  const [isKept, setKept] = useState(true)
  const [wanted] = useDebouncedValue(source, PAUSE_MS)
  const check = useCheck({ source: wanted, baud, ...frame })
  const change = (next: string) => {
    setSource(next)
    if (next !== original) setKept(drafts.keep(name, next))
    else drafts.drop(name)
  }
  // Of an earlier text: its places need not be there any more.
  const isCurrent = wanted === source && !check.isPlaceholderData
  const checked = check.data
  const findings = checked && isCurrent ? findingsOf(checked) : []
  const file = fileNameOf(source)
  return (
    <div className="cg-editor">
      <div>
        <Verdict checked={isCurrent ? checked : undefined} />
        <SourceEditor value={source} findings={findings} onChange={change} />
        {check.isError && <ProblemView error={check.error} onRetry={() => void check.refetch()} />}
        <Group gap="sm" my="sm">
          <Button size="sm" leftSection={<Icon name="save" size={16} />} onClick={() => saveFile(new Blob([source], { type: 'application/json' }), file)}>
            {texts.download(file)}
          </Button>
          <StartOver changed={source !== original} onYes={() => change(original)} />
        </Group>
        <p className="cg-advice">{isKept ? texts.kept : texts.notKept}</p>
        <WhereTo file={file} />
      </div>
      <Side {...props} checked={checked} />
    </div>
  )
}

function findingsOf({ problems, warnings }: CheckedModel): Finding[] {
  const all = [...problems.map(each => ({ ...each, mark: 'problem' as const })), ...warnings.map(each => ({ ...each, mark: 'warning' as const }))]
  return all.sort((a, b) => a.line - b.line || a.column - b.column)
}

function Verdict({ checked }: { readonly checked: CheckedModel | undefined }) {
  const texts = useModelTexts()
  const problems = checked?.problems.length ?? 0
  const odd = checked?.warnings.length ?? 0
  const state = checked === undefined ? 'waiting' : problems > 0 ? 'unsound' : odd > 0 ? 'odd' : 'sound'
  const words = {
    waiting: texts.checking,
    unsound: texts.unsound(String(problems)),
    odd: texts.soundOdd(String(odd)),
    sound: texts.sound,
  }
  return (
    <div className="cg-editor-verdict" role="status" data-state={state}>
      {state !== 'waiting' && <Icon name={state === 'sound' ? 'check' : 'warning'} size={18} />}
      <span>{words[state]}</span>
    </div>
  )
}

/** What follows from the text: of one that is not sound, what followed from the last that was. */
function Side(props: EditorProps & { readonly checked: CheckedModel | undefined }) {
  const { checked, examples, shown, onShow, baud, onBaud, frame, onFrame } = props
  const texts = useModelTexts()
  const [last, setLast] = useState<CheckedModel | undefined>(undefined)
  if (checked?.ok && checked !== last) setLast(checked)
  const sound = checked?.ok ? checked : last
  return (
    <div className="cg-editor-side">
      <SegmentedControl
        fullWidth
        size="sm"
        aria-label={texts.showing}
        value={shown}
        data={shows.map(value => ({ value, label: texts.shows[value] }))}
        onChange={value => onShow(shows.find(each => each === value) ?? 'values')}
      />
      {checked?.ok === false && <p className="cg-advice">{sound ? texts.lastSound : texts.notSoundYet}</p>}
      <div>
        {shown === 'frame' && <TryFrame frame={frame} examples={examples} onFrame={onFrame} checked={checked} />}
        {shown === 'values' && sound?.sheet && <PointsTable points={sound.sheet.points} kind={sound.model?.kind ?? ''} />}
        {shown === 'plan' && sound?.sheet && <PlanSection sheet={sound.sheet} kind={sound.model?.kind ?? ''} baud={baud} onBaud={onBaud} />}
      </div>
    </div>
  )
}

/** Throws the draft away, once somebody said so twice. */
function StartOver({ changed, onYes }: { readonly changed: boolean; readonly onYes: () => void }) {
  const texts = useModelTexts()
  const [asking, setAsking] = useState(false)
  const close = () => setAsking(false)
  const yes = () => {
    close()
    onYes()
  }
  return (
    <>
      <Button size="sm" variant="default" disabled={!changed} onClick={() => setAsking(true)}>
        {texts.discard}
      </Button>
      <Dialog opened={asking} onClose={close} title={texts.discard}>
        <Question words={texts.discardSure} yes={texts.discardYes} busy={false} onYes={yes} onNo={close} />
      </Dialog>
    </>
  )
}

function WhereTo({ file }: { readonly file: string }) {
  const texts = useModelTexts()
  return (
    <section>
      <Title order={2}>{texts.whereTo}</Title>
      <ol className="cg-steps">
        <li>
          {texts.step1} <code>{file}</code>
        </li>
        <li>
          {texts.step2} <code>{`citygate model check ${file}`}</code>
        </li>
        <li>{texts.step3}</li>
      </ol>
    </section>
  )
}
