import { Skeleton, Table, Title } from '@mantine/core'
import type { Kind, Latest } from '../api/types.ts'
import { useFormat, useGatewayNow } from '../format/format-provider.tsx'
import type { Catalogue } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import { EmptyView } from '../shell/problem-view.tsx'
import { isStandingAlarm } from './standing-alarm.ts'
import { qualityText, unitText, valueText } from './value-text.ts'

/** The newest value of every field with its unit and age, in the order of the kind. */
export function LatestValues({ latest, kind }: { readonly latest: Latest | undefined; readonly kind: Kind | undefined }) {
  const { text, title } = useLanguage()
  const format = useFormat()
  const now = useGatewayNow()
  if (!latest) return <Waiting />
  const order = Object.keys(kind?.fields ?? {})
  const rows = Object.entries(latest.values).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
  const notes = notesOf(latest, text)
  return (
    <section className="cg-section">
      <Title order={3} className="cg-section-title">
        {text.device.latest}
        <span className="cg-aside">{latest.at === null ? text.device.never : format.dateTime(Date.parse(latest.at))}</span>
      </Title>
      {notes.length > 0 && <p className="cg-flags">{notes.join(' · ')}</p>}
      {rows.length === 0 ? (
        <EmptyView title={text.device.noValues} advice={text.device.noValuesAdvice} />
      ) : (
        <Table className="cg-values" verticalSpacing={3} horizontalSpacing={0} aria-label={text.device.latest}>
          <Table.Tbody>
            {rows.map(([name, latestValue]) => {
              const field = kind?.fields[name]
              const unit = latestValue.unit ?? field?.unit
              const fieldTitle = latestValue.title ?? field?.title
              const outside = latest.flags?.outOfRange?.includes(name) === true
              const alarm = isStandingAlarm(field, latestValue.value)
              return (
                <Table.Tr key={name} data-field={name}>
                  <Table.Th scope="row">{fieldTitle ? title(fieldTitle) : name}</Table.Th>
                  <Table.Td className="cg-value" data-outside={outside || alarm || latestValue.quality !== undefined}>
                    <span>{valueText(latestValue.value, text, format)}</span>
                    {unit && <span className="cg-unit">{unitText(unit, text)}</span>}
                    {alarm && <span className="cg-out">{text.device.alarm}</span>}
                    {outside && <span className="cg-out">{text.device.outOfRange}</span>}
                    {latestValue.quality !== undefined && <span className="cg-out">{qualityText(latestValue.quality, text)}</span>}
                  </Table.Td>
                  <Table.Td className="cg-age">{format.ago((now - Date.parse(latestValue.at)) / 1_000)}</Table.Td>
                </Table.Tr>
              )
            })}
          </Table.Tbody>
        </Table>
      )}
    </section>
  )
}

function notesOf(latest: Latest, text: Catalogue): readonly string[] {
  const { clockSuspect, historical, outOfRange } = latest.flags ?? {}
  return [
    ...(clockSuspect ? [text.device.clockSuspect] : []),
    ...(historical ? [text.device.historical] : []),
    ...(outOfRange?.includes('position') ? [`${text.device.position}: ${text.device.outOfRange}`] : []),
  ]
}

function Waiting() {
  return (
    <section className="cg-section">
      {[0, 1, 2, 3].map(row => (
        <Skeleton key={row} height={18} mt={8} />
      ))}
    </section>
  )
}
