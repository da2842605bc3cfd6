import { Badge, Loader, Table, Title } from '@mantine/core'
import { useOrgName } from '../api/org-names.ts'
import { useFormat, useGatewayNow } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { ProblemView } from '../shell/problem-view.tsx'
import { WideTable } from '../table/wide-table.tsx'
import { useProvisioningKeys } from './enrolment-queries.ts'
import { useEnrolmentTexts } from './enrolment-texts.ts'
import type { ProvisioningKey } from './enrolment-types.ts'

/** The keys with which new devices announce themselves. */
export function KeysSection() {
  const text = useText()
  const texts = useEnrolmentTexts()
  const keys = useProvisioningKeys()
  return (
    <section className="cg-keys" aria-labelledby="cg-keys-title">
      <Title order={2} id="cg-keys-title">
        {texts.keys}
      </Title>
      {keys.isPending && <Loader size="sm" aria-label={text.app.loading} />}
      {keys.isError && !keys.data && <ProblemView error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.data?.length === 0 && <p className="cg-words">{texts.noKeys}</p>}
      {keys.data && keys.data.length > 0 && <KeysTable keys={keys.data} />}
    </section>
  )
}

function KeysTable({ keys }: { readonly keys: readonly ProvisioningKey[] }) {
  const texts = useEnrolmentTexts()
  const format = useFormat()
  const now = useGatewayNow()
  const orgName = useOrgName()
  return (
    <WideTable label={texts.keys} minWidth={760}>
      <Table className="cg-list" verticalSpacing={6} horizontalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.key}</Table.Th>
            <Table.Th>{texts.org}</Table.Th>
            <Table.Th>{texts.model}</Table.Th>
            <Table.Th>{texts.ids}</Table.Th>
            <Table.Th>{texts.used}</Table.Th>
            <Table.Th>{texts.rule}</Table.Th>
            <Table.Th>{texts.made}</Table.Th>
            <Table.Th>{texts.ends}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map(({ id, org, model, pattern, used, most, accept, createdAt, expiresAt }) => (
            <Table.Tr key={id} data-key={id}>
              <Table.Td>
                <code>{id}</code>
              </Table.Td>
              <Table.Td title={org}>{orgName(org)}</Table.Td>
              <Table.Td>{model}</Table.Td>
              <Table.Td>{pattern ?? texts.anyId}</Table.Td>
              <Table.Td>{texts.usedOf(format.count(used), format.count(most))}</Table.Td>
              <Table.Td>{accept ? texts.acceptRule : texts.waitRule}</Table.Td>
              <Table.Td title={format.dateTime(Date.parse(createdAt))}>{format.date(Date.parse(createdAt))}</Table.Td>
              <Table.Td title={format.dateTime(Date.parse(expiresAt))}>
                {Date.parse(expiresAt) <= now ? (
                  <Badge color="gray" variant="light">
                    {texts.over}
                  </Badge>
                ) : (
                  format.date(Date.parse(expiresAt))
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  )
}
