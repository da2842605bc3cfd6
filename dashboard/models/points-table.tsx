import './plan.css'
import { Table } from '@mantine/core'
import { useKinds } from '../api/queries.ts'
import type { Field } from '../api/types.ts'
import { unitText, valueText } from '../devices/value-text.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { WideTable } from '../table/wide-table.tsx'
import { useModelTexts } from './model-texts.ts'
import type { PointRow } from './model-types.ts'
import { periodText, placeText, scaleText } from './point-words.ts'

/** What a model measures, in the words and units of its kind, and where each value lies. */
export function PointsTable({ points, kind: kindId }: { readonly points: readonly PointRow[]; readonly kind: string }) {
  const texts = useModelTexts()
  const kind = useKinds().data?.find(({ id }) => id === kindId)
  const inRegisters = points.some(({ registers }) => registers !== undefined)
  const isTimed = points.some(({ everyMs }) => everyMs !== undefined)
  return (
    <>
      <WideTable label={texts.values} minWidth={inRegisters ? 860 : 620}>
        <Table className="cg-points" verticalSpacing={4} horizontalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{texts.field}</Table.Th>
              <Table.Th>{texts.unit}</Table.Th>
              <Table.Th>{texts.range}</Table.Th>
              <Table.Th>{texts.where}</Table.Th>
              {inRegisters ? (
                <>
                  <Table.Th>{texts.type}</Table.Th>
                  <Table.Th>{texts.order}</Table.Th>
                  <Table.Th>{texts.rule}</Table.Th>
                </>
              ) : (
                <Table.Th>{texts.how}</Table.Th>
              )}
              {isTimed && <Table.Th>{texts.every}</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {points.map((point, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a field may be mapped twice, and the order is the file's
              <Row key={index} point={point} field={kind?.fields[point.field]} isTimed={isTimed} />
            ))}
          </Table.Tbody>
        </Table>
      </WideTable>
      {inRegisters && <p className="cg-advice">{texts.wire}</p>}
    </>
  )
}

function Row({ point, field, isTimed }: { readonly point: PointRow; readonly field: Field | undefined; readonly isTimed: boolean }) {
  const texts = useModelTexts()
  const { text, title } = useLanguage()
  const format = useFormat()
  const { registers, everyMs } = point
  return (
    <Table.Tr data-point={point.field}>
      <Table.Td>
        {field && <span>{title(field.title)} </span>}
        <code>{point.field}</code>
      </Table.Td>
      <Table.Td>{field?.unit === undefined ? '' : unitText(field.unit, text)}</Table.Td>
      <Table.Td>{field?.range ? `${format.measured(field.range[0])} – ${format.measured(field.range[1])}` : ''}</Table.Td>
      <Table.Td className="cg-mono">{registers ? placeText(registers, texts) : point.where}</Table.Td>
      {registers ? (
        <>
          <Table.Td className="cg-mono">{registers.parts.map(part => part.type).join(' + ')}</Table.Td>
          <Table.Td className="cg-mono">{registers.parts[0]?.order ?? ''}</Table.Td>
          <Table.Td className="cg-mono">
            <span title={registers.times.length > 0 ? texts.ratio : undefined}>{scaleText(registers)}</span>
            {registers.values && (
              <div>
                {Object.entries(registers.values)
                  .map(([raw, meaning]) => `${raw} = ${valueText(meaning, text, format)}`)
                  .join(', ')}
              </div>
            )}
            {registers.invalid.length > 0 && <div className="cg-advice">{texts.noValue(registers.invalid.join(', '))}</div>}
          </Table.Td>
        </>
      ) : (
        <Table.Td className="cg-mono">{point.how}</Table.Td>
      )}
      {isTimed && <Table.Td>{everyMs === undefined ? '' : periodText(everyMs, format)}</Table.Td>}
    </Table.Tr>
  )
}
