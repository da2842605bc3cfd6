import { Button, Group, Select, TextInput } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import type { Device } from '../api/types.ts'
import { unitText, valueText } from '../devices/value-text.ts'
import type { FieldValue } from '../format/format.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { problemText } from '../shell/problem-view.tsx'
import { type CommandDefinition, useGiveCommand } from './command-queries.ts'
import { commandValue } from './command-value.ts'
import { useDeviceTexts } from './device-texts.ts'

/** Gives the device one of the orders it takes, after asking once more. */
export function CommandForm({ device, takes }: { readonly device: Device; readonly takes: readonly CommandDefinition[] }) {
  const { text, title } = useLanguage()
  const texts = useDeviceTexts()
  const format = useFormat()
  const give = useGiveCommand(device.id)
  const [chosen, setChosen] = useState(takes[0]?.name)
  const [entered, setEntered] = useState('')
  const [asked, setAsked] = useState<{ readonly name: string; readonly value?: FieldValue }>()
  const [wrong, setWrong] = useState<string>()
  const order = takes.find(({ name }) => name === chosen) ?? takes[0]
  if (!order) return null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    give.reset()
    const value = order.value && commandValue(order.value, entered)
    if (order.value && value === undefined) setWrong(rangeText(order.value) ?? texts.valueMissing)
    else setAsked({ name: order.name, ...(value !== undefined && { value }) })
  }
  const told = asked && [title(order.title), asked.value === undefined ? '' : valueText(asked.value, text, format)].filter(Boolean).join(' ')
  return (
    <form className="cg-command-form" onSubmit={submit}>
      <Select
        size="xs"
        label={texts.order}
        value={order.name}
        allowDeselect={false}
        onChange={name => {
          setChosen(name ?? undefined)
          setEntered('')
          setAsked(undefined)
          setWrong(undefined)
        }}
        data={takes.map(each => ({ value: each.name, label: title(each.title) }))}
      />
      {order.value && valueInput(order.value)}
      {asked ? (
        <Group gap={6} className="cg-command-sure">
          <span>{texts.sure(told ?? '', device.name ?? device.id)}</span>
          <Button
            size="compact-sm"
            loading={give.isPending}
            onClick={() =>
              give.mutate(asked, {
                onSettled: () => setAsked(undefined),
              })
            }
          >
            {texts.yes}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setAsked(undefined)}>
            {texts.no}
          </Button>
        </Group>
      ) : (
        <Button type="submit" size="xs" variant="default">
          {texts.give}
        </Button>
      )}
      {give.isError && (
        <p role="alert" className="cg-advice cg-alert-colour">
          {problemText(give.error, text)}
        </p>
      )}
    </form>
  )

  function valueInput(definition: NonNullable<CommandDefinition['value']>): ReactNode {
    const values = definition.values ?? (definition.type === 'boolean' ? [true, false] : undefined)
    const label = definition.unit ? `${texts.value} (${unitText(definition.unit, text)})` : texts.value
    const change = (value: string) => {
      setEntered(value)
      setAsked(undefined)
      setWrong(undefined)
    }
    if (values)
      return (
        <Select
          size="xs"
          label={label}
          value={entered || null}
          error={wrong}
          onChange={value => change(value ?? '')}
          data={values.map(value => ({ value: String(value), label: valueText(value, text, format) }))}
        />
      )
    return (
      <TextInput
        size="xs"
        label={label}
        value={entered}
        error={wrong}
        maxLength={256}
        inputMode={definition.type === 'number' ? 'decimal' : 'text'}
        placeholder={rangeText(definition)}
        onChange={event => change(event.currentTarget.value)}
      />
    )
  }

  function rangeText({ range }: NonNullable<CommandDefinition['value']>): string | undefined {
    return range && texts.between(format.measured(range[0]), format.measured(range[1]))
  }
}
