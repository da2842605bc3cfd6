import './plan.css'
import { Table } from '@mantine/core'
import { useFormat } from '../format/format-provider.tsx'
import { WideTable } from '../table/wide-table.tsx'
import { useModelTexts } from './model-texts.ts'
import type { PlannedPoll } from './model-types.ts'
import { periodText, requestText } from './point-words.ts'

/** What is asked, how often, and what each request takes of a line. */
export function PollsTable({ polls, label }: { readonly polls: readonly PlannedPoll[]; readonly label: string }) {
  const texts = useModelTexts()
  const format = useFormat()
  return (
    <WideTable label={label} minWidth={640}>
      <Table className="cg-points" verticalSpacing={4} horizontalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.request}</Table.Th>
            <Table.Th>{texts.every}</Table.Th>
            <Table.Th className="cg-number">{texts.bytes}</Table.Th>
            <Table.Th className="cg-number">{texts.takes}</Table.Th>
            <Table.Th className="cg-number">{texts.ofLine}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {polls.map((poll, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same may be read beside several; the order is the plan's
            <Table.Tr key={index} data-poll={index}>
              <Table.Td>
                {requestText(poll.what, poll.place, texts)}
                <span className="cg-poll-more">
                  {[poll.place && 'count' in poll.place ? texts.registers(format.count(poll.place.count)) : undefined, poll.beside && texts.beside]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </Table.Td>
              <Table.Td>{periodText(poll.everyMs, format)}</Table.Td>
              <Table.Td className="cg-number">{`${format.count(poll.requestBytes)} / ${format.count(poll.answerBytes)}`}</Table.Td>
              <Table.Td className="cg-number">{`${format.measured(poll.ms)} ms`}</Table.Td>
              <Table.Td className="cg-number">{format.percent(poll.ms / poll.everyMs)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  )
}
