import { Table } from '@mantine/core'
import { useFormat } from '../format/format-provider.tsx'
import { WideTable } from '../table/wide-table.tsx'
import { LinePlanView } from './line-plan.tsx'
import { useLineTexts } from './line-texts.ts'
import type { Line } from './line-types.ts'
import { UseBar } from './use-bar.tsx'

/** What plans are reckoned for where a line's own speed is not known. */
interface Speed {
  readonly baud: number
  readonly onBaud: (baud: number) => void
}

interface LineTableProps extends Speed {
  readonly lines: readonly Line[]
  /** The line whose plan is shown; empty: none. */
  readonly opened: string
  readonly onOpen: (url: string) => void
}

/** Lines by how busy they are, the busiest first: what is connected, how much of the time is used, what goes wrong. One that is opened shows what is asked on it. */
export function LineTable({ lines, opened, onOpen, baud, onBaud }: LineTableProps) {
  const texts = useLineTexts()
  const sorted = [...lines].sort((a, b) => b.utilisation - a.utilisation || a.url.localeCompare(b.url))
  return (
    <WideTable label={texts.lines} minWidth={780}>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.line}</Table.Th>
            <Table.Th title={texts.useHelp}>{texts.use}</Table.Th>
            <Table.Th className="cg-number">{texts.devices}</Table.Th>
            <Table.Th className="cg-number">{texts.answers}</Table.Th>
            <Table.Th className="cg-number" title={texts.lateHelp}>
              {texts.late}
            </Table.Th>
            <Table.Th>{texts.trouble}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sorted.map(line => (
            <Row
              key={line.url}
              line={line}
              isOpen={opened === line.url}
              onToggle={() => onOpen(opened === line.url ? '' : line.url)}
              baud={baud}
              onBaud={onBaud}
            />
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  )
}

function Row({ line, isOpen, onToggle, baud, onBaud }: Speed & { readonly line: Line; readonly isOpen: boolean; readonly onToggle: () => void }) {
  const texts = useLineTexts()
  const format = useFormat()
  return (
    <>
      <Table.Tr data-line={line.url}>
        <Table.Td>
          <button type="button" className="cg-row-button" aria-expanded={isOpen} onClick={onToggle}>
            <code className="cg-line-url">{line.url}</code>
          </button>
          <div className={line.connected && !line.paused ? 'cg-line-good' : 'cg-alert-colour'}>
            {line.paused ? texts.paused : line.connected ? texts.connected : texts.disconnected}
          </div>
        </Table.Td>
        <Table.Td>
          <UseBar part={line.utilisation} label={`${texts.use}: ${line.url}`} />
        </Table.Td>
        <Table.Td className="cg-number">
          {format.count(line.devices)}
          {line.silent > 0 && <div className="cg-alert-colour">{texts.silentOf(format.count(line.silent))}</div>}
        </Table.Td>
        <Table.Td className="cg-number">
          {format.count(line.answers)}
          <div className="cg-advice">{texts.ofRequests(format.count(line.requests))}</div>
        </Table.Td>
        <Table.Td className="cg-number">{`${milliseconds(line.slipP50Ms)} / ${milliseconds(line.slipP99Ms)}`}</Table.Td>
        <Table.Td>
          <Trouble line={line} />
        </Table.Td>
      </Table.Tr>
      {isOpen && (
        <Table.Tr>
          <Table.Td colSpan={6} className="cg-dtu-more">
            <LinePlanView url={line.url} baud={baud} onBaud={onBaud} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  )
}

function Trouble({ line }: { readonly line: Line }) {
  const texts = useLineTexts()
  const format = useFormat()
  const found = [
    [line.timeouts, texts.timeouts],
    [line.exceptions, texts.exceptions],
    [line.disconnects, texts.disconnects],
    [line.missed, texts.missed],
    [line.strays, texts.strays],
  ] as const
  const shown = found.filter(([count]) => count > 0)
  if (shown.length === 0) return <span className="cg-advice">{texts.noTrouble}</span>
  return shown.map(([count, say]) => {
    const words = say(format.count(count))
    return <div key={words}>{words}</div>
  })
}

/** Slips are small: 40 ms, 1.2 s. */
function milliseconds(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`
}
