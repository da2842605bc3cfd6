import { Paper, Table, Title } from '@mantine/core'
import { useKinds } from '../api/queries.ts'
import type { Kind } from '../api/types.ts'
import { unitText, valueText } from '../devices/value-text.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { useFrameTexts } from './frame-texts.ts'
import type { DecodedFrame, FoundReading } from './frame-types.ts'

/** Readings shown of a batch. */
const SHOWN = 20

/** What is read from a frame, and what it says of itself. */
export function FoundReadings({ frame }: { readonly frame: DecodedFrame }) {
  const texts = useFrameTexts()
  const kind = useKinds().data?.find(({ id }) => id === frame.kind)
  const readings = frame.readings ?? []
  return (
    <>
      {frame.header && (
        <Paper withBorder p="md">
          <Title order={2}>{texts.header}</Title>
          <dl className="cg-facts cg-mono">
            {Object.entries(frame.header).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </Paper>
      )}
      {readings.slice(0, SHOWN).map((reading, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two readings of a batch may be the same
        <Reading key={index} reading={reading} kind={kind} heading={readings.length > 1 ? `${texts.reading} ${index + 1}/${readings.length}` : texts.reading} />
      ))}
    </>
  )
}

interface ReadingProps {
  readonly reading: FoundReading
  readonly kind: Kind | undefined
  readonly heading: string
}

function Reading({ reading, kind, heading }: ReadingProps) {
  const { text, title } = useLanguage()
  const texts = useFrameTexts()
  const format = useFormat()
  const { at, ownTime, values, position, flags, quality } = reading
  return (
    <Paper withBorder p="md">
      <Title order={2}>{heading}</Title>
      <p className="cg-frame-facts">
        {ownTime ? `${format.dateTime(Date.parse(at))}, ${texts.ownTime}` : texts.receiptTime}
        {flags?.historical && ` · ${texts.historical}`}
      </p>
      <Table verticalSpacing={3} horizontalSpacing="xs">
        <Table.Tbody>
          {Object.entries(values).map(([field, value]) => {
            const known = kind?.fields[field]
            const outside = flags?.outOfRange?.includes(field)
            return (
              <Table.Tr key={field} data-field={field}>
                <Table.Td>{known ? title(known.title) : field}</Table.Td>
                <Table.Td className="cg-number">
                  {typeof value === 'number' ? String(value) : valueText(value, text, format)}
                  {known?.unit !== undefined && ` ${unitText(known.unit, text)}`}
                  {outside && <em className="cg-outside">{texts.outOfRange}</em>}
                  {quality?.[field] !== undefined && <em className="cg-outside">{quality[field]}</em>}
                </Table.Td>
              </Table.Tr>
            )
          })}
          {position && (
            <Table.Tr>
              <Table.Td>{texts.position}</Table.Td>
              <Table.Td className="cg-number">{`${format.coordinate(position.lat)}, ${format.coordinate(position.lon)}`}</Table.Td>
            </Table.Tr>
          )}
        </Table.Tbody>
      </Table>
    </Paper>
  )
}
