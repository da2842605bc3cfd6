import { ActionIcon, Skeleton, Table, Title } from '@mantine/core'
import type { Field, Kind, Latest, LatestValue } from '../api/types.ts'
import { modeOf } from '../chart/chart-data.ts'
import { isStandingAlarm } from '../devices/standing-alarm.ts'
import { qualityText, unitText, valueText } from '../devices/value-text.ts'
import { useFormat, useGatewayNow } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { EmptyView } from '../shell/problem-view.tsx'
import { Icon } from '../theme/icon.tsx'
import { useDeviceTexts } from './device-texts.ts'
import { rangePlace } from './range-place.ts'

interface ValueTableProps {
  readonly latest: Latest | undefined
  readonly kind: Kind | undefined
  /** Fields that are in the chart. */
  readonly charted: ReadonlySet<string>
  readonly onChart: (field: string) => void
}

/** The newest value of every field: its unit, where it lies in its range, what is to be said against it, and its age. */
export function ValueTable({ latest, kind, charted, onChart }: ValueTableProps) {
  const { text } = useLanguage()
  const texts = useDeviceTexts()
  const format = useFormat()
  const now = useGatewayNow()
  const order = Object.keys(kind?.fields ?? {})
  const rows = Object.entries(latest?.values ?? {}).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
  const { clockSuspect, historical, outOfRange } = latest?.flags ?? {}
  const notes = [
    ...(clockSuspect ? [text.device.clockSuspect] : []),
    ...(historical ? [text.device.historical] : []),
    ...(outOfRange?.includes('position') ? [`${text.device.position}: ${text.device.outOfRange}`] : []),
  ]
  return (
    <section className="cg-card" aria-label={texts.values}>
      <div className="cg-card-head">
        <Title order={2}>{texts.values}</Title>
        {latest && <span className="cg-aside">{latest.at === null ? text.device.never : format.dateTime(Date.parse(latest.at))}</span>}
      </div>
      {notes.length > 0 && <p className="cg-flags">{notes.join(' · ')}</p>}
      {!latest && <Waiting />}
      {latest && rows.length === 0 && <EmptyView title={text.device.noValues} advice={text.device.noValuesAdvice} />}
      {rows.length > 0 && (
        <Table className="cg-values cg-value-table" verticalSpacing={4} horizontalSpacing={4}>
          <Table.Thead className="cg-hidden">
            <Table.Tr>
              <Table.Th>{texts.field}</Table.Th>
              <Table.Th>{texts.value}</Table.Th>
              <Table.Th>{texts.range}</Table.Th>
              <Table.Th>{texts.age}</Table.Th>
              <Table.Th>{text.chart.title}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(([name, value]) => (
              <ValueRow
                key={name}
                name={name}
                value={value}
                now={now}
                field={kind?.fields[name]}
                flagged={outOfRange?.includes(name) === true}
                charted={charted.has(name)}
                onChart={() => onChart(name)}
              />
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  )
}

interface ValueRowProps {
  readonly name: string
  readonly value: LatestValue
  readonly now: number
  readonly field: Field | undefined
  readonly flagged: boolean
  readonly charted: boolean
  readonly onChart: () => void
}

function ValueRow({ name, value: latest, now, field, flagged, charted, onChart }: ValueRowProps) {
  const { text, title } = useLanguage()
  const texts = useDeviceTexts()
  const format = useFormat()
  const unit = latest.unit ?? field?.unit
  const named = latest.title ?? field?.title
  const label = named ? title(named) : name
  const { value } = latest
  const place = field?.range && !field.counter && typeof value === 'number' ? rangePlace(value, field.range) : undefined
  const outside = flagged || place?.beyond !== undefined
  const alarm = isStandingAlarm(field, value)
  return (
    <Table.Tr data-field={name}>
      <Table.Th scope="row">{label}</Table.Th>
      <Table.Td className="cg-value" data-outside={outside || alarm || latest.quality !== undefined}>
        <span>{valueText(value, text, format)}</span>
        {unit && <span className="cg-unit">{unitText(unit, text)}</span>}
        {alarm && <span className="cg-out">{text.device.alarm}</span>}
        {outside && <span className="cg-out">{text.device.outOfRange}</span>}
        {latest.quality !== undefined && <span className="cg-out">{qualityText(latest.quality, text)}</span>}
      </Table.Td>
      <Table.Td className="cg-range-cell">{field?.range && place && <RangeBar range={field.range} place={place} />}</Table.Td>
      <Table.Td className="cg-age">{format.ago((now - Date.parse(latest.at)) / 1_000)}</Table.Td>
      <Table.Td className="cg-chart-cell">
        {field && modeOf(field) !== undefined && (
          <ActionIcon
            size="sm"
            variant={charted ? 'light' : 'subtle'}
            color={charted ? 'blue' : 'gray'}
            aria-pressed={charted}
            aria-label={texts.chart(label)}
            title={texts.chart(label)}
            onClick={onChart}
          >
            <Icon name="pulse" size={14} />
          </ActionIcon>
        )}
      </Table.Td>
    </Table.Tr>
  )
}

/** Where the value lies between the ends of its range; beyond them an arrow points out. */
function RangeBar({ range, place: { share, beyond } }: { readonly range: readonly [number, number]; readonly place: ReturnType<typeof rangePlace> }) {
  const texts = useDeviceTexts()
  const format = useFormat()
  const [low, high] = [format.measured(range[0]), format.measured(range[1])]
  const told = beyond === 'below' ? texts.below(low) : beyond === 'above' ? texts.above(high) : texts.inRange(low, high)
  const x = 8 + share * 64
  return (
    <svg className="cg-range" width={80} height={14} role="img" aria-label={told} data-beyond={beyond ?? 'no'}>
      <title>{told}</title>
      <line x1={8} y1={7} x2={72} y2={7} />
      {beyond === undefined ? <circle cx={x} cy={7} r={3.5} /> : <path d={beyond === 'above' ? 'M72 2l7 5-7 5z' : 'M8 2 1 7l7 5z'} />}
    </svg>
  )
}

function Waiting() {
  return (
    <>
      {[0, 1, 2, 3, 4].map(row => (
        <Skeleton key={row} height={18} mt={8} />
      ))}
    </>
  )
}
