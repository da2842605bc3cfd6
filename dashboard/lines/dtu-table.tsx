import { Table } from '@mantine/core'
import { useFormat, useGatewayNow } from '../format/format-provider.tsx'
import { WideTable } from '../table/wide-table.tsx'
import { DtuProbeResult } from './dtu-probe.tsx'
import { DtuSightings } from './dtu-sightings.tsx'
import { useLineTexts } from './line-texts.ts'
import type { Dtu } from './line-types.ts'

/** DTUs that dialled in. One that is opened shows what it sent by itself, and lets look what is behind it. */
export function DtuTable({ dtus, opened, onOpen }: { readonly dtus: readonly Dtu[]; readonly opened: string; readonly onOpen: (dtu: string) => void }) {
  const texts = useLineTexts()
  return (
    <WideTable label={texts.dtus} minWidth={720}>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.dtu}</Table.Th>
            <Table.Th>{texts.state}</Table.Th>
            <Table.Th className="cg-number">{texts.devices}</Table.Th>
            <Table.Th className="cg-number">{texts.heard}</Table.Th>
            <Table.Th className="cg-number">{texts.traffic}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {dtus.map(dtu => {
            const key = dtu.id ?? dtu.address
            return <Row key={`${key} ${dtu.address}`} dtu={dtu} opened={opened === key} onToggle={() => onOpen(opened === key ? '' : key)} />
          })}
        </Table.Tbody>
      </Table>
    </WideTable>
  )
}

function Row({ dtu, opened, onToggle }: { readonly dtu: Dtu; readonly opened: boolean; readonly onToggle: () => void }) {
  const texts = useLineTexts()
  const format = useFormat()
  const now = useGatewayNow()
  return (
    <>
      <Table.Tr data-dtu={dtu.id ?? dtu.address}>
        <Table.Td>
          <button type="button" className="cg-row-button" aria-expanded={opened} onClick={onToggle}>
            {dtu.id ?? texts.nameless}
          </button>
          <div className="cg-advice">{texts.from(dtu.address)}</div>
        </Table.Td>
        <Table.Td className={dtu.state === 'attached' || dtu.state === 'handed-over' ? undefined : 'cg-line-late'}>{texts.states[dtu.state]}</Table.Td>
        <Table.Td className="cg-number">{format.count(dtu.devices)}</Table.Td>
        <Table.Td className="cg-number">{format.ago((now - Date.parse(dtu.heardAt)) / 1_000)}</Table.Td>
        <Table.Td className="cg-number">{`${format.bytes(dtu.bytesIn)} / ${format.bytes(dtu.bytesOut)}`}</Table.Td>
      </Table.Tr>
      {opened && (
        <Table.Tr>
          <Table.Td colSpan={5} className="cg-dtu-more">
            <DtuSightings dtu={dtu} />
            {dtu.id !== null && dtu.state !== 'handed-over' && <DtuProbeResult dtu={dtu.id} />}
          </Table.Td>
        </Table.Tr>
      )}
    </>
  )
}
