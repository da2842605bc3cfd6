import { Table } from '@mantine/core'
import { memo, useEffect, useMemo, useRef } from 'react'
import { useLanguage } from '../i18n/language-provider.tsx'
import { moveFocus } from './byte-ribbon.tsx'
import { useFrameTexts } from './frame-texts.ts'
import type { Part } from './frame-types.ts'
import { type PlacedPart, rowsOf } from './part-runs.ts'
import { spanText } from './span-text.ts'

interface PartsTableProps {
  readonly parts: readonly Part[]
  readonly colours: ReadonlyMap<string, number>
  readonly active: string | undefined
  /** The row of this part comes into view. */
  readonly scrollTo: string | undefined
  readonly onActive: (id: string, scroll: boolean) => void
}

/** Every part of a frame, a row each: where, what, which value, and where that is written. */
export function PartsTable({ parts, colours, active, scrollTo, onActive }: PartsTableProps) {
  const texts = useFrameTexts()
  const body = useRef<HTMLTableSectionElement>(null)
  const rows = useMemo(() => rowsOf(parts), [parts])
  useEffect(() => {
    if (scrollTo === undefined) return
    const row = body.current?.querySelector(`[data-part="${scrollTo}"]`)
    // What has the focus is in view already.
    if (row && row !== document.activeElement) row.scrollIntoView({ block: 'nearest' })
  }, [scrollTo])
  return (
    <div className="cg-parts">
      <Table verticalSpacing={4} horizontalSpacing="sm" stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.at}</Table.Th>
            <Table.Th>{texts.meaning}</Table.Th>
            <Table.Th>{texts.value}</Table.Th>
            <Table.Th>{texts.remark}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody ref={body} onKeyDown={event => moveFocus(event, body.current)}>
          {rows.map((row, index) => (
            <PartRow
              key={row.id}
              row={row}
              colour={colours.get(row.id)}
              lit={row.id === active}
              first={active === undefined && index === 0}
              onActive={onActive}
            />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

interface PartRowProps {
  readonly row: PlacedPart
  readonly colour: number | undefined
  readonly lit: boolean
  readonly first: boolean
  readonly onActive: (id: string, scroll: boolean) => void
}

/** Drawn anew only when it changes, as the runs of the ribbon are. */
const PartRow = memo(function PartRow({ row: { id, depth, part }, colour, lit, first, onActive }: PartRowProps) {
  const { title } = useLanguage()
  const { from, to, name, value, note, source, field, problem } = part
  return (
    <Table.Tr
      data-part={id}
      data-colour={colour}
      data-lit={lit}
      data-outer={part.parts !== undefined}
      tabIndex={lit || first ? 0 : -1}
      onMouseEnter={() => onActive(id, false)}
      onFocus={() => onActive(id, false)}
    >
      <Table.Td className="cg-mono">{spanText(from, to)}</Table.Td>
      <Table.Td style={{ paddingInlineStart: `${12 + depth * 16}px` }}>{title(name)}</Table.Td>
      <Table.Td className="cg-part-value">{value}</Table.Td>
      <Table.Td className="cg-part-remark">
        {problem && <strong>{title(problem)}</strong>}
        {note && <span>{title(note)}</span>}
        {field !== undefined && <code>{field}</code>}
        {source !== undefined && <cite>{source}</cite>}
      </Table.Td>
    </Table.Tr>
  )
})
