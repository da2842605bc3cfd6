import { Table } from '@mantine/core'
import { useText } from '../i18n/language-provider.tsx'
import { useAuditTexts } from './audit-texts.ts'
import type { AuditEntry } from './audit-types.ts'
import { differencesOf } from './differences.ts'

/** What an entry changed, field by field, and what binds it to the one before. */
export function AuditDetails({ entry }: { readonly entry: AuditEntry }) {
  const texts = useAuditTexts()
  const text = useText()
  const differences = differencesOf(entry.before, entry.after)
  return (
    <div className="cg-audit-details">
      {differences.length === 0 ? (
        <p className="cg-advice">{texts.same}</p>
      ) : (
        <Table verticalSpacing={3} horizontalSpacing="sm" layout="fixed" className="cg-audit-changes">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="28%">{texts.field}</Table.Th>
              <Table.Th>{texts.before}</Table.Th>
              <Table.Th>{texts.after}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {differences.map(({ path, before, after }) => (
              <Table.Tr key={path}>
                <Table.Th scope="row">{path}</Table.Th>
                <Table.Td>{before === undefined ? <span className="cg-advice">{texts.nothing}</span> : <del>{before}</del>}</Table.Td>
                <Table.Td>{after === undefined ? <span className="cg-advice">{texts.nothing}</span> : <ins>{after}</ins>}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <dl className="cg-audit-facts">
        <dt>{texts.number}</dt>
        <dd>{entry.seq}</dd>
        <dt>{texts.address}</dt>
        <dd>{entry.actor.address ?? text.app.none}</dd>
        {entry.hash !== undefined && (
          <>
            <dt>{texts.hash}</dt>
            <dd>
              <code>{entry.hash}</code>
            </dd>
          </>
        )}
      </dl>
    </div>
  )
}
