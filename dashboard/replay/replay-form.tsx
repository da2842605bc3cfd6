import { Button, Group, MultiSelect, SegmentedControl, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { type FormEvent, useState } from 'react'
import { useDeviceSearch } from '../api/queries.ts'
import type { Kind } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { dayOf, daysBefore, momentOf, wallText } from '../format/wall-clock.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import type { Bounds } from '../live/geohash.ts'
import { useServices } from '../services.tsx'
import type { Choice } from './replay-address.ts'
import { useReplayTexts } from './replay-texts.ts'

const MINUTE_MS = 60_000
/** Devices one question may name. */
const MOST_NAMED = 50
const PRESETS = ['quarter', 'hour', 'today', 'yesterday'] as const

interface ReplayFormProps {
  readonly choice: Choice | undefined
  /** Named by the address before there is a choice: a link of a device's panel. */
  readonly named: readonly string[]
  readonly kinds: readonly Kind[]
  /** The part of the map that is in view; undefined where there is no map. */
  readonly view: () => Bounds | undefined
  readonly onChoice: (choice: Choice) => void
}

/** Which tracks: of named devices, or of whoever was in the map's view; of which period, in the city's time. Asks when it is sent. */
export function ReplayForm({ choice, named, kinds, view, onChoice }: ReplayFormProps) {
  const { title } = useLanguage()
  const texts = useReplayTexts()
  const { timeZone } = useFormat()
  const { clock } = useServices()
  const [mode, setMode] = useState<'area' | 'named'>((choice?.devices.length ?? named.length) > 0 ? 'named' : 'area')
  const [devices, setDevices] = useState<readonly string[]>(choice?.devices ?? named)
  const [kindIds, setKindIds] = useState<readonly string[]>(choice?.kinds ?? [])
  const [from, setFrom] = useState(() => wallText(choice?.from ?? clock.now() - 60 * MINUTE_MS, timeZone))
  const [to, setTo] = useState(() => wallText(choice?.to ?? clock.now(), timeZone))
  const [problem, setProblem] = useState<string>()
  const movers = kinds.filter(kind => kind.moves)

  const preset = (name: (typeof PRESETS)[number]): void => {
    const now = clock.now()
    const today = dayOf(now, timeZone)
    const midnight = `${today}T00:00:00`
    setFrom(
      {
        quarter: wallText(now - 15 * MINUTE_MS, timeZone),
        hour: wallText(now - 60 * MINUTE_MS, timeZone),
        today: midnight,
        yesterday: `${daysBefore(today, 1)}T00:00:00`,
      }[name],
    )
    setTo(name === 'yesterday' ? midnight : wallText(now, timeZone))
    setProblem(undefined)
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const period = { from: momentOf(from, timeZone), to: momentOf(to, timeZone) }
    const area = mode === 'area' ? view() : undefined
    if (period.from === undefined || period.to === undefined || period.from >= period.to) setProblem(texts.badPeriod)
    else if (mode === 'named' ? devices.length === 0 : area === undefined) setProblem(texts.noDevices)
    else {
      setProblem(undefined)
      onChoice({ devices: mode === 'named' ? devices : [], area, kinds: mode === 'area' ? kindIds : [], from: period.from, to: period.to })
    }
  }

  return (
    <form className="cg-replay-form" onSubmit={submit} aria-label={texts.choose}>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={texts.which}
        value={mode}
        onChange={value => setMode(value === 'named' ? 'named' : 'area')}
        data={[
          { value: 'area', label: texts.area },
          { value: 'named', label: texts.named },
        ]}
      />
      {mode === 'named' ? (
        <DeviceChoice chosen={devices} kinds={movers} onChosen={setDevices} />
      ) : (
        <>
          <Text size="xs" c="var(--cg-dimmed)">
            {texts.areaHelp}
          </Text>
          {movers.length > 1 && (
            <MultiSelect
              size="xs"
              aria-label={texts.kinds}
              placeholder={kindIds.length === 0 ? texts.allKinds : ''}
              data={movers.map(kind => ({ value: kind.id, label: title(kind.title) }))}
              value={[...kindIds]}
              onChange={setKindIds}
              clearable
            />
          )}
        </>
      )}
      <Group gap={4} role="group" aria-label={texts.presets}>
        {PRESETS.map(name => (
          <Button key={name} size="compact-xs" variant="default" onClick={() => preset(name)}>
            {texts[name]}
          </Button>
        ))}
      </Group>
      <div className="cg-replay-times" title={texts.cityTime(timeZone)}>
        <TextInput size="xs" type="datetime-local" step={1} label={texts.from} value={from} onChange={event => setFrom(event.currentTarget.value)} />
        <TextInput size="xs" type="datetime-local" step={1} label={texts.to} value={to} onChange={event => setTo(event.currentTarget.value)} />
      </div>
      {problem !== undefined && (
        <Text size="xs" c="var(--cg-alert)" role="alert">
          {problem}
        </Text>
      )}
      <Button type="submit" size="xs" fullWidth>
        {texts.load}
      </Button>
    </form>
  )
}

interface DeviceChoiceProps {
  readonly chosen: readonly string[]
  readonly kinds: readonly Kind[]
  readonly onChosen: (devices: readonly string[]) => void
}

/** Devices that move, found by what is typed. */
function DeviceChoice({ chosen, kinds, onChosen }: DeviceChoiceProps) {
  const texts = useReplayTexts()
  const [typed, setTyped] = useState('')
  const [wanted] = useDebouncedValue(typed.trim(), 200)
  const found = useDeviceSearch(wanted).data ?? []
  const movers = found.filter(device => kinds.some(kind => kind.id === device.kind))
  const options = new Map(chosen.map(id => [id, id]))
  for (const { id, name } of movers) options.set(id, name === undefined ? id : `${name} · ${id}`)
  return (
    <MultiSelect
      size="xs"
      label={texts.devices}
      placeholder={texts.devicesPlaceholder}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      data={[...options].map(([value, label]) => ({ value, label }))}
      filter={({ options: all }) => all}
      value={[...chosen]}
      onChange={onChosen}
      maxValues={MOST_NAMED}
      hidePickedOptions
      nothingFoundMessage={wanted === '' ? undefined : texts.nothingFound}
    />
  )
}
