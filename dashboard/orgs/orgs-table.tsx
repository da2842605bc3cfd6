import { Badge, Table, UnstyledButton } from '@mantine/core'
import { Link } from 'react-router'
import { calledIn, type Organisation } from '../api/org-names.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { linkTo } from '../shell/address.ts'
import { WideTable } from '../table/wide-table.tsx'
import type { Holdings } from './org-types.ts'
import { useOrgsTexts } from './orgs-texts.ts'

/** Organisations, one a line, with how much belongs to each. */
export function OrgsTable(props: {
  readonly orgs: readonly Organisation[]
  readonly holdings: ReadonlyMap<string, Holdings>
  readonly onChoose: (org: string) => void
}) {
  const { orgs, holdings, onChoose } = props
  const { language, text } = useLanguage()
  const texts = useOrgsTexts()
  const format = useFormat()
  const number = (count: number | undefined) => (count === undefined ? text.app.none : format.count(count))
  return (
    <WideTable label={texts.title} minWidth={720}>
      <Table className="cg-list" verticalSpacing={6} horizontalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.name}</Table.Th>
            <Table.Th className="cg-number">{texts.devices}</Table.Th>
            <Table.Th className="cg-number" title={texts.peopleHelp}>
              {texts.people}
            </Table.Th>
            <Table.Th className="cg-number">{texts.tokens}</Table.Th>
            <Table.Th className="cg-number">{texts.keys}</Table.Th>
            <Table.Th>{texts.since}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {orgs.map(org => {
            const held = holdings.get(org.id)
            const name = calledIn(org, language)
            return (
              <Table.Tr key={org.id} data-org={org.id}>
                <Table.Td>
                  <UnstyledButton className="cg-named" title={texts.change(name)} onClick={() => onChoose(org.id)}>
                    {name} {name !== org.id && <code>{org.id}</code>}
                  </UnstyledButton>
                  {org.retiredAt !== undefined && (
                    <Badge ml={8} color="gray" variant="light">
                      {texts.retired}
                    </Badge>
                  )}
                </Table.Td>
                <Table.Td className="cg-number">
                  <Link to={linkTo('/devices', { org: org.id })}>{number(held?.devices)}</Link>
                </Table.Td>
                <Table.Td className="cg-number">{number(held?.people)}</Table.Td>
                <Table.Td className="cg-number">
                  <Link to={linkTo('/tokens', { text: org.id })}>{number(held?.tokens)}</Link>
                </Table.Td>
                <Table.Td className="cg-number">{number(held?.provisioningKeys)}</Table.Td>
                <Table.Td title={format.dateTime(Date.parse(org.createdAt))}>{format.date(Date.parse(org.createdAt))}</Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </WideTable>
  )
}
