import { Badge, Button, Table } from '@mantine/core'
import { useOrgName } from '../api/org-names.ts'
import { useKinds } from '../api/queries.ts'
import { useFormat, useGatewayNow } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { WideTable } from '../table/wide-table.tsx'
import { nearness } from './token-ending.ts'
import type { Token } from './token-types.ts'
import { useTokensTexts } from './tokens-texts.ts'

/** The tokens, one a line. */
export function TokensTable({ tokens, onRemove }: { readonly tokens: readonly Token[]; readonly onRemove: (token: Token) => void }) {
  const texts = useTokensTexts()
  const { language } = useLanguage()
  const kinds = new Map((useKinds().data ?? []).map(one => [one.id, one.title[language]]))
  const now = useGatewayNow()
  const format = useFormat()
  const orgName = useOrgName()
  return (
    <WideTable label={texts.title} minWidth={820}>
      <Table className="cg-list" verticalSpacing={6} horizontalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.purpose}</Table.Th>
            <Table.Th>{texts.org}</Table.Th>
            <Table.Th>{texts.kind}</Table.Th>
            <Table.Th>{texts.may}</Table.Th>
            <Table.Th>{texts.ends}</Table.Th>
            <Table.Th>{texts.used}</Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tokens.map(token => (
            <Table.Tr key={token.id} data-token={token.id}>
              <Table.Td className="cg-token-name">
                <span className={token.title === undefined ? 'cg-token-unnamed' : undefined}>{token.title ?? texts.noPurpose}</span>
                <code title={texts.made(format.dateTime(Date.parse(token.createdAt)))}>{token.id}</code>
              </Table.Td>
              <Table.Td>{orgName(token.org)}</Table.Td>
              <Table.Td>{token.kind === undefined ? texts.everyKind : (kinds.get(token.kind) ?? token.kind)}</Table.Td>
              <Table.Td>{token.command ? texts.command : texts.read}</Table.Td>
              <Table.Td>
                <Ending token={token} now={now} />
              </Table.Td>
              <Table.Td title={token.lastUsedAt && format.dateTime(Date.parse(token.lastUsedAt))}>
                {token.lastUsedAt === undefined ? texts.neverUsed : format.ago((now - Date.parse(token.lastUsedAt)) / 1_000)}
              </Table.Td>
              <Table.Td>
                <Button
                  size="compact-xs"
                  variant="default"
                  c="var(--cg-alert)"
                  aria-label={texts.removeOf(token.title ?? token.id)}
                  onClick={() => onRemove(token)}
                >
                  {texts.remove}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  )
}

function Ending({ token: { expiresAt, expired }, now }: { readonly token: Token; readonly now: number }) {
  const texts = useTokensTexts()
  const format = useFormat()
  const near = expired ? 'over' : nearness(expiresAt, now)
  if (expiresAt === undefined) return texts.neverEnds
  const at = Date.parse(expiresAt)
  if (near === 'over')
    return (
      <Badge color="red" variant="light" title={format.dateTime(at)}>
        {texts.expired}
      </Badge>
    )
  if (near === 'soon')
    return (
      <span className="cg-token-soon" title={format.dateTime(at)}>
        {texts.soon(format.duration((at - now) / 1_000))}
      </span>
    )
  return <span title={format.dateTime(at)}>{format.date(at)}</span>
}
