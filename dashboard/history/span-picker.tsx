import { Button, Popover, SegmentedControl, TextInput } from '@mantine/core'
import { type FormEvent, memo, useState } from 'react'
import { useFormat } from '../format/format-provider.tsx'
import { momentOf, wallText } from '../format/wall-clock.ts'
import { useServices } from '../services.tsx'
import { Icon } from '../theme/icon.tsx'
import { useHistoryTexts } from './history-texts.ts'
import { isPreset, type Preset, presetNames, type Span, sane, stretchOf } from './span.ts'

/** The period: one that ends now, or any from–to on the city's clocks. */
export const SpanPicker = memo(function SpanPicker({ span, onSpan }: { readonly span: Span; readonly onSpan: (span: Span) => void }) {
  const texts = useHistoryTexts()
  const [opened, setOpened] = useState(false)
  return (
    <div className="cg-span-picker">
      <SegmentedControl<Preset | ''>
        size="xs"
        aria-label={texts.period}
        value={isPreset(span) ? span.preset : ''}
        onChange={preset => preset !== '' && onSpan({ preset })}
        data={presetNames.map(preset => ({ value: preset, label: texts.presets[preset] }))}
      />
      <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus withinPortal>
        <Popover.Target>
          <Button
            size="compact-sm"
            variant={isPreset(span) ? 'default' : 'light'}
            leftSection={<Icon name="clock" size={14} />}
            aria-expanded={opened}
            onClick={() => setOpened(!opened)}
          >
            {texts.other}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          {opened && (
            <StretchForm
              span={span}
              onSpan={next => {
                setOpened(false)
                onSpan(next)
              }}
            />
          )}
        </Popover.Dropdown>
      </Popover>
    </div>
  )
})

function StretchForm({ span, onSpan }: { readonly span: Span; readonly onSpan: (span: Span) => void }) {
  const texts = useHistoryTexts()
  const { timeZone } = useFormat()
  const { clock } = useServices()
  const [start] = useState(() => stretchOf(span, clock.now()))
  const [from, setFrom] = useState(() => wallText(start.from, timeZone))
  const [to, setTo] = useState(() => wallText(start.to, timeZone))
  const [wrong, setWrong] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const [begin, end] = [momentOf(from, timeZone), momentOf(to, timeZone)]
    const now = clock.now()
    if (begin === undefined || end === undefined || end <= begin || begin >= now) setWrong(true)
    else onSpan(sane({ from: begin, to: Math.min(end, now) }, now))
  }
  return (
    <form className="cg-stretch-form" onSubmit={submit}>
      <TextInput size="xs" type="datetime-local" step={1} label={texts.from} value={from} onChange={event => setFrom(event.currentTarget.value)} />
      <TextInput
        size="xs"
        type="datetime-local"
        step={1}
        label={texts.to}
        value={to}
        error={wrong ? texts.badStretch : undefined}
        onChange={event => setTo(event.currentTarget.value)}
      />
      <p className="cg-advice">{texts.zone(timeZone)}</p>
      <Button type="submit" size="xs">
        {texts.show}
      </Button>
    </form>
  )
}
