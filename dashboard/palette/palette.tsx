import { Combobox, Loader, Modal, Text, TextInput, useCombobox } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { Icon } from '../theme/icon.tsx'
import type { Entry } from './entry.ts'
import { usePaletteTexts } from './palette-texts.ts'
import { useEntries } from './use-entries.ts'

/** One field that leads to every page, device and command: what is typed narrows it, Enter takes the first. */
export default function Palette({ opened, close, showKeys }: { readonly opened: boolean; readonly close: () => void; readonly showKeys: () => void }) {
  const texts = usePaletteTexts()
  return (
    <Modal.Root opened={opened} onClose={close} size={560} yOffset="12vh" transitionProps={{ duration: 0 }}>
      <Modal.Overlay backgroundOpacity={0.35} />
      <Modal.Content aria-label={texts.open}>
        <Modal.Body p={0}>
          <Choice close={close} showKeys={showKeys} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}

function Choice({ close, showKeys }: { readonly close: () => void; readonly showKeys: () => void }) {
  const texts = usePaletteTexts()
  const [typed, setTyped] = useState('')
  const { entries, searching } = useEntries(typed, showKeys)
  const combobox = useCombobox({ opened: true })
  const { selectFirstOption } = combobox
  const shown = entries.map(({ id }) => id).join()
  // Whatever is found, the first is ready for Enter.
  useEffect(() => {
    if (shown !== '') selectFirstOption()
  }, [shown, selectFirstOption])

  // At once, so that no letter is lost to whoever types on after Ctrl+K.
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])

  const take = (entry: Entry | undefined) => {
    if (entry === undefined) return
    close()
    entry.run()
  }

  return (
    <Combobox store={combobox} onOptionSubmit={id => take(entries.find(entry => entry.id === id))}>
      <Combobox.EventsTarget>
        <TextInput
          ref={field}
          data-autofocus
          variant="unstyled"
          size="md"
          className="cg-palette-field"
          aria-label={texts.what}
          placeholder={texts.what}
          leftSection={<Icon name="search" />}
          rightSection={searching ? <Loader size={16} /> : undefined}
          value={typed}
          onChange={event => setTyped(event.currentTarget.value)}
          onKeyDown={event => {
            // Whoever types faster than the list is drawn means the first as well.
            if (event.key === 'Enter' && !event.nativeEvent.isComposing && combobox.getSelectedOptionIndex() === -1) take(entries[0])
          }}
        />
      </Combobox.EventsTarget>
      <Combobox.Options className="cg-palette-list" aria-label={texts.results}>
        {entries.map(({ id, title, note, icon }) => (
          <Combobox.Option key={id} value={id} className="cg-palette-entry">
            <Icon name={icon} />
            <span className="cg-palette-title">{title}</span>
            <Text span size="xs" c="var(--cg-dimmed)">
              {note}
            </Text>
          </Combobox.Option>
        ))}
        {entries.length === 0 && !searching && <Combobox.Empty>{texts.nothing}</Combobox.Empty>}
      </Combobox.Options>
    </Combobox>
  )
}
