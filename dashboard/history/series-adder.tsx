import { Combobox, Loader, Select, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { memo, useState } from 'react'
import { useDeviceSearch, useKinds } from '../api/queries.ts'
import type { Device, Kind } from '../api/types.ts'
import { modeOf } from '../chart/chart-data.ts'
import { unitText } from '../devices/value-text.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { Icon } from '../theme/icon.tsx'
import { useHistoryTexts } from './history-texts.ts'
import { MOST_SERIES, type SeriesName, sameSeries, seriesFrom, seriesText } from './series-name.ts'

interface SeriesAdderProps {
  readonly names: readonly SeriesName[]
  /** The page's own device first. */
  readonly devices: readonly Device[]
  readonly onAdd: (name: SeriesName) => void
}

/** Adds lines: further fields of the devices that are in the chart, and other devices. */
export const SeriesAdder = memo(function SeriesAdder({ names, devices, onAdd }: SeriesAdderProps) {
  const texts = useHistoryTexts()
  const format = useFormat()
  const { text, title } = useLanguage()
  const kinds = useKinds().data ?? []
  if (names.length >= MOST_SERIES) return <p className="cg-advice">{texts.full(format.count(MOST_SERIES))}</p>
  const groups = devices.map(device => ({ group: device.name ?? device.id, items: choices(device, kinds) }))
  return (
    <div className="cg-series-adder">
      <Select
        size="xs"
        aria-label={texts.addField}
        placeholder={texts.addField}
        leftSection={<Icon name="plus" size={14} />}
        searchable
        value={null}
        onChange={value => {
          const [name] = seriesFrom(value ?? '')
          if (name) onAdd(name)
        }}
        data={groups.filter(({ items }) => items.length > 0)}
        comboboxProps={{ withinPortal: true }}
        maxDropdownHeight={320}
      />
      <DeviceAdder names={names} kinds={kinds} onAdd={onAdd} />
    </div>
  )

  function choices(device: Device, known: readonly Kind[]) {
    const fields = Object.entries(known.find(({ id }) => id === device.kind)?.fields ?? {})
    return fields
      .filter(([field, definition]) => modeOf(definition) !== undefined && !names.some(name => sameSeries(name, { device: device.id, field })))
      .map(([field, definition]) => ({
        value: seriesText({ device: device.id, field }),
        label: definition.unit ? `${title(definition.title)} (${unitText(definition.unit, text)})` : title(definition.title),
      }))
  }
})

/** Finds another device; the field that is shown first is shown of it too, where it has it. */
function DeviceAdder({
  names,
  kinds,
  onAdd,
}: {
  readonly names: readonly SeriesName[]
  readonly kinds: readonly Kind[]
  readonly onAdd: (name: SeriesName) => void
}) {
  const texts = useHistoryTexts()
  const { text, title } = useLanguage()
  const [typed, setTyped] = useState('')
  const [wanted] = useDebouncedValue(typed.trim(), 200)
  const found = useDeviceSearch(wanted)
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const options = (wanted === '' ? [] : (found.data ?? []))
    .map(device => ({ device, field: fieldFor(device) }))
    .filter(({ device, field }) => field !== undefined && !names.some(name => sameSeries(name, { device: device.id, field })))
  const add = (device: string) => {
    const option = options.find(each => each.device.id === device)
    if (option?.field !== undefined) onAdd({ device, field: option.field })
    setTyped('')
    combobox.closeDropdown()
  }
  return (
    <Combobox store={combobox} onOptionSubmit={add} withinPortal>
      <Combobox.Target>
        <TextInput
          size="xs"
          type="search"
          aria-label={texts.addDevice}
          placeholder={texts.addDevice}
          leftSection={<Icon name="search" size={14} />}
          rightSection={found.isFetching ? <Loader size={12} /> : undefined}
          value={typed}
          onChange={event => {
            setTyped(event.currentTarget.value)
            combobox.openDropdown()
          }}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={wanted === '' || found.isPending}>
        <Combobox.Options>
          {options.map(({ device }) => (
            <Combobox.Option value={device.id} key={device.id}>
              {device.name ?? device.id}{' '}
              <span className="cg-advice">{[device.name === undefined ? '' : device.id, titleOf(device)].filter(Boolean).join(' · ')}</span>
            </Combobox.Option>
          ))}
          {options.length === 0 && <Combobox.Empty>{found.isError ? text.search.failed : texts.nothingFound}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )

  function titleOf(device: Device): string {
    const kind = kinds.find(({ id }) => id === device.kind)
    return kind ? title(kind.title) : ''
  }

  function fieldFor(device: Device): string | undefined {
    const fields = kinds.find(({ id }) => id === device.kind)?.fields ?? {}
    const drawable = Object.entries(fields).filter(([, field]) => modeOf(field) !== undefined)
    const same = names.find(({ field }) => drawable.some(([known]) => known === field) && !names.some(name => sameSeries(name, { device: device.id, field })))
    return same?.field ?? drawable[0]?.[0]
  }
}
