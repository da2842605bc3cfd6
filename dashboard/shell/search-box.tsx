import { Combobox, Loader, Text, TextInput, UnstyledButton, useCombobox } from '@mantine/core'
import { useDebouncedValue, useHotkeys } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'
import { useLocation, useNavigate, useSearchParams } from 'react-router'
import { useDeviceSearch, useKinds } from '../api/queries.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import { filterFrom, queryText, withFilter } from '../map/url-state.ts'
import { Icon } from '../theme/icon.tsx'

/** Finds devices by name or id: what is typed filters the map and the list at once, and the first matches can be opened from here. `/` puts the cursor in. */
export function SearchBox() {
  const { text, title } = useLanguage()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const [parameters, setParameters] = useSearchParams()
  const filter = filterFrom(parameters)
  const [typed, setTyped] = useState(filter.text)
  const [wanted] = useDebouncedValue(typed.trim(), 200)
  const found = useDeviceSearch(wanted)
  const kinds = useKinds().data ?? []
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const input = useRef<HTMLInputElement>(null)
  useHotkeys([['/', () => input.current?.focus()]])

  // What is found last is ready to be opened with Enter, however late it comes.
  const matches = found.data
  const { selectFirstOption, resetSelectedOption } = combobox
  useEffect(() => {
    if (matches && matches.length > 0) selectFirstOption()
    else resetSelectedOption()
  }, [matches, selectFirstOption, resetSelectedOption])

  // The address may change without this box: back, a link, “show all”.
  const [seen, setSeen] = useState(filter.text)
  if (seen !== filter.text) {
    setSeen(filter.text)
    if (filter.text !== typed.trim()) setTyped(filter.text)
  }

  const search = (value: string) => {
    setTyped(value)
    setParameters(before => withFilter(before, { ...filterFrom(before), text: value.trim() }), { replace: true })
    if (value.trim() === '') combobox.closeDropdown()
    else combobox.openDropdown()
  }

  const open = (id: string) => {
    combobox.closeDropdown()
    input.current?.blur()
    setTyped('')
    const rest = withFilter(parameters, { ...filter, text: '' })
    void navigate(`/devices/${encodeURIComponent(id)}${queryText(rest)}`)
  }

  const options = (found.data ?? []).map(device => (
    <Combobox.Option value={device.id} key={device.id}>
      <Text size="sm" truncate>
        {device.name ?? device.id}
      </Text>
      <Text size="xs" c="var(--cg-dimmed)" truncate>
        {[device.name === undefined ? undefined : device.id, titleOf(device.kind)].filter(Boolean).join(' · ')}
      </Text>
    </Combobox.Option>
  ))

  function titleOf(kindId: string | null): string | undefined {
    const kind = kinds.find(({ id }) => id === kindId)
    return kind && title(kind.title)
  }

  return (
    <Combobox store={combobox} onOptionSubmit={open} position="bottom-start" width="max-content">
      <Combobox.Target>
        <TextInput
          ref={input}
          className="cg-search"
          type="search"
          size="sm"
          aria-label={text.search.label}
          placeholder={text.search.placeholder}
          title={text.search.shortcut}
          leftSection={<Icon name="search" size={16} />}
          rightSection={
            typed === '' ? undefined : found.isFetching ? (
              <Loader size={14} />
            ) : (
              <UnstyledButton className="cg-clear" aria-label={text.app.clear} onClick={() => search('')}>
                <Icon name="close" size={14} />
              </UnstyledButton>
            )
          }
          value={typed}
          onChange={event => search(event.currentTarget.value)}
          onFocus={() => typed.trim() !== '' && combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onKeyDown={event => {
            if (event.key !== 'Escape') return
            event.stopPropagation()
            combobox.closeDropdown()
            if (typed === '') input.current?.blur()
            else search('')
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={wanted === '' || pathname === '/devices'} miw={260} maw={360}>
        <Combobox.Options>
          {options}
          {found.isError && <Combobox.Empty>{text.search.failed}</Combobox.Empty>}
          {found.data?.length === 0 && !found.isError && <Combobox.Empty>{text.search.nothing}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
