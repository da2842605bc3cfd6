import { Table, UnstyledButton } from '@mantine/core'
import { Fragment } from 'react'
import { useOrgName } from '../api/org-names.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { WideTable } from '../table/wide-table.tsx'
import { Icon } from '../theme/icon.tsx'
import { AuditDetails } from './audit-details.tsx'
import { useAuditTexts } from './audit-texts.ts'
import type { AuditEntry } from './audit-types.ts'

/** Entries, the newest first; one of them opened. */
export function AuditTable(props: {
  readonly entries: readonly AuditEntry[]
  readonly opened: number | undefined
  readonly onOpen: (seq: number | undefined) => void
}) {
  const { entries, opened, onOpen } = props
  const texts = useAuditTexts()
  const text = useText()
  const format = useFormat()
  const orgName = useOrgName()
  return (
    <WideTable label={texts.title} minWidth={640}>
      <Table className="cg-list" verticalSpacing={6} horizontalSpacing="sm" stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.when}</Table.Th>
            <Table.Th>{texts.who}</Table.Th>
            <Table.Th>{texts.what}</Table.Th>
            <Table.Th>{texts.which}</Table.Th>
            <Table.Th>{texts.org}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map(entry => (
            <Fragment key={entry.seq}>
              <Table.Tr data-entry={entry.seq}>
                <Table.Td>
                  <UnstyledButton
                    className="cg-audit-open"
                    aria-expanded={entry.seq === opened}
                    aria-label={`${format.dateTime(Date.parse(entry.at))}: ${texts.open(String(entry.seq))}`}
                    onClick={() => onOpen(entry.seq === opened ? undefined : entry.seq)}
                  >
                    <Icon name={entry.seq === opened ? 'chevronUp' : 'chevronDown'} size={14} />
                    {format.dateTime(Date.parse(entry.at))}
                  </UnstyledButton>
                </Table.Td>
                <Table.Td>
                  {entry.actor.name} <span className="cg-advice">{texts.actors[entry.actor.type]}</span>
                </Table.Td>
                <Table.Td>
                  <code>{entry.action}</code>
                </Table.Td>
                <Table.Td className="cg-audit-subject">{entry.subject}</Table.Td>
                <Table.Td>{entry.org === undefined ? text.app.none : orgName(entry.org)}</Table.Td>
              </Table.Tr>
              {entry.seq === opened && (
                <Table.Tr>
                  <Table.Td colSpan={5} className="cg-audit-cell">
                    <AuditDetails entry={entry} />
                  </Table.Td>
                </Table.Tr>
              )}
            </Fragment>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  )
}
