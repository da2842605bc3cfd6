import { Button, Input, Paper, Select } from '@mantine/core'
import { type FormEvent, useEffect, useId, useState } from 'react'
import { useModels } from '../api/queries.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import { entered, type FrameAddress } from './frame-address.ts'
import { useFrameTexts } from './frame-texts.ts'
import type { Protocol } from './frame-types.ts'

interface FrameFormProps {
  readonly address: FrameAddress
  readonly protocols: readonly Protocol[]
  readonly onAsk: (address: Partial<FrameAddress>) => void
}

/** The frame to be explained, and as what. */
export function FrameForm({ address, protocols, onAsk }: FrameFormProps) {
  const texts = useFrameTexts()
  const { title } = useLanguage()
  const models = useModels().data ?? []
  const shown = address.hex || address.text
  const [input, setInput] = useState(shown)
  const id = useId()
  useEffect(() => setInput(shown), [shown])
  const ask = (change: Partial<FrameAddress>) => onAsk({ ...address, ...entered(input), ...change })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    ask({})
  }
  const speaking = models.filter(({ protocol }) => address.protocol === '' || protocol === address.protocol)
  return (
    <Paper component="form" withBorder p="md" className="cg-frame-form" onSubmit={submit}>
      {/* Not Mantine's Textarea: all pages would load it. */}
      <Input.Wrapper label={texts.input} id={id}>
        <Input
          component="textarea"
          id={id}
          multiline
          rows={Math.min(10, Math.max(3, Math.ceil(input.length / 120)))}
          placeholder={texts.placeholder}
          value={input}
          onChange={event => setInput(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) ask({})
          }}
          spellCheck={false}
          classNames={{ input: 'cg-frame-input' }}
        />
      </Input.Wrapper>
      <div className="cg-frame-choices">
        <Select
          label={texts.protocol}
          value={address.protocol}
          allowDeselect={false}
          data={[{ value: '', label: texts.recognise }, ...protocols.map(({ id, title: name }) => ({ value: id, label: title(name) }))]}
          onChange={value => ask({ protocol: value ?? '', model: '' })}
        />
        <Select
          label={texts.model}
          value={address.model}
          allowDeselect={false}
          searchable
          data={[{ value: '', label: texts.tryAll }, ...speaking.map(({ id, title: name }) => ({ value: id, label: title(name) }))]}
          onChange={value => ask({ model: value ?? '' })}
        />
        <Button type="submit" disabled={input.trim() === ''}>
          {texts.explain}
        </Button>
      </div>
      <Examples protocols={protocols} onAsk={example => onAsk({ device: address.device, ...example })} />
    </Paper>
  )
}

function Examples({ protocols, onAsk }: { readonly protocols: readonly Protocol[]; readonly onAsk: (example: Partial<FrameAddress>) => void }) {
  const texts = useFrameTexts()
  const { title } = useLanguage()
  const groups = protocols
    .filter(({ examples }) => examples.length > 0)
    .map(protocol => ({
      group: title(protocol.title),
      items: protocol.examples.map((example, index) => ({
        value: `${protocol.id} ${index}`,
        label: example.reason === undefined ? example.name : `${example.name} (${texts.refusedExample(example.reason)})`,
      })),
    }))
  const choose = (value: string | null) => {
    const [id = '', index = ''] = value?.split(' ') ?? []
    const example = protocols.find(protocol => protocol.id === id)?.examples[Number(index)]
    if (example) onAsk({ protocol: id, model: example.model, hex: example.hex })
  }
  return (
    <Select
      label={texts.example}
      placeholder={texts.examplePlaceholder}
      value={null}
      data={groups}
      onChange={choose}
      searchable
      maxDropdownHeight={360}
      disabled={groups.length === 0}
    />
  )
}
