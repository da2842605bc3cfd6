import { Table } from '@mantine/core'
import { Link } from 'react-router'
import type { RejectedFrame } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { hashOf } from '../frames/frame-address.ts'
import { WideTable } from '../table/wide-table.tsx'
import { reasonWords, useRejectedTexts } from './rejected-texts.ts'

/** Bytes shown of a frame; a longer one ends in an ellipsis. */
const SHOWN_BYTES = 32

/** Rejected frames: when, of which device, why, and their bytes with the way to what each means. */
export function RejectedTable({ frames }: { readonly frames: readonly (RejectedFrame & { readonly device: string })[] }) {
  const texts = useRejectedTexts()
  const format = useFormat()
  return (
    <WideTable label={texts.title} minWidth={720}>
      <Table className="cg-rejected-table" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.when}</Table.Th>
            <Table.Th>{texts.device}</Table.Th>
            <Table.Th>{texts.reason}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {frames.map(frame => {
            const bytes = frame.bytes.match(/../g) ?? []
            return (
              <Table.Tr key={frame.offset} data-offset={frame.offset}>
                <Table.Td className="cg-rejected-when">{format.dateTime(Date.parse(frame.receivedAt))}</Table.Td>
                <Table.Td>
                  <Link to={`/devices/${encodeURIComponent(frame.device)}`}>{frame.device}</Link>
                  <div className="cg-advice">{frame.channel}</div>
                </Table.Td>
                <Table.Td>
                  <code>{frame.reason}</code> <span className="cg-advice">{reasonWords(frame.reason, texts)}</span>
                  <div>{frame.detail}</div>
                  <div className="cg-advice">
                    <code>{bytes.slice(0, SHOWN_BYTES).join(' ')}</code>
                    {bytes.length > SHOWN_BYTES && ' …'} {texts.bytes(format.count(bytes.length))}{' '}
                    <Link
                      to={`/frames${hashOf(frame.masked ? { device: frame.device, offset: String(frame.offset) } : { device: frame.device, hex: frame.bytes, ...(frame.model !== undefined && { model: frame.model }) })}`}
                    >
                      {texts.explain}
                    </Link>
                  </div>
                </Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </WideTable>
  )
}
