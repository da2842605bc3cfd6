import { Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useOrgName } from '../api/org-names.ts'
import { useModels } from '../api/queries.ts'
import type { Device, Latest } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'

/** What is registered of a device. */
export function DeviceFacts({ device, latest }: { readonly device: Device; readonly latest: Latest | undefined }) {
  const { text, title } = useLanguage()
  const format = useFormat()
  const orgName = useOrgName()
  const model = useModels().data?.find(known => known.id === device.model)
  const position = latest?.position
  const at = (place: { readonly lat: number; readonly lon: number }) => `${format.coordinate(place.lat)}, ${format.coordinate(place.lon)}`
  return (
    <section className="cg-section">
      <Title order={3} className="cg-section-title">
        {text.device.panel}
      </Title>
      <dl className="cg-facts">
        <Fact name={text.device.id}>
          <code>{device.id}</code>
        </Fact>
        <Fact name={text.device.organisation}>{orgName(device.org)}</Fact>
        <Fact name={text.device.model}>{model ? `${title(model.title)} (${model.id})` : device.model}</Fact>
        {model && <Fact name={text.device.maker}>{model.maker}</Fact>}
        {position && <Fact name={text.device.position}>{at(position)}</Fact>}
        {device.place && <Fact name={text.device.installedAt}>{at(device.place)}</Fact>}
        {device.group !== undefined && <Fact name={text.device.group}>{device.group}</Fact>}
        {device.tags && <Fact name={text.device.tags}>{device.tags.join(text.device.tagsBetween)}</Fact>}
        <Fact name={text.device.stage}>{text.device.lifeCycles[device.lifeCycle]}</Fact>
        {device.sim !== undefined && (
          <Fact name={text.device.sim}>
            <code>{device.sim}</code>
          </Fact>
        )}
        {device.behind !== undefined && <Fact name={text.device.behind}>{device.behind}</Fact>}
        {device.lastReceivedAt !== undefined && <Fact name={text.account.lastReceived}>{format.dateTime(Date.parse(device.lastReceivedAt))}</Fact>}
      </dl>
    </section>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
